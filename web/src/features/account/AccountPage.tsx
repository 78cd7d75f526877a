import { Button, Modal } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar, Dash, Ltr, toast } from '@/components';
import { PasswordForm } from '@/features/auth/PasswordForm';
import { useCan, useMe } from '@/session/session';
import c from './account.module.css';
import { CalendarFeed } from './CalendarFeed';
import { MySessions } from './sessions/MySessions';
import { TwoFactorSection } from './twofactor/TwoFactorSection';

/** One's own account: who one is here, how one signs in, and where one is signed in. */
export function AccountPage() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <section className={c.page} aria-label={t('account.title')} tabIndex={0}>
      <Section title={t('account.profile.title')} hint={t('account.profile.hint')}>
        <Profile />
      </Section>
      <Section title={t('account.password.title')} hint={t('account.password.hint')}>
        <Password />
      </Section>
      <Section title={t('account.twoFactor.title')} hint={t('account.twoFactor.hint')}>
        <TwoFactorSection />
      </Section>
      {can('activities.read') && (
        <Section title={t('activities.feed.title')} hint={t('activities.feed.hint')}>
          <CalendarFeed />
        </Section>
      )}
      <Section title={t('account.sessions.title')} hint={t('account.sessions.hint')}>
        <MySessions />
      </Section>
    </section>
  );
}

function Section({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={c.section} aria-labelledby={id}>
      <div>
        <h2 id={id} className={c.heading}>
          {title}
        </h2>
        <p className={c.hint}>{hint}</p>
      </div>
      <div className={c.body}>{children}</div>
    </section>
  );
}

function Profile() {
  const { t } = useTranslation();
  const { user } = useMe();
  return (
    <>
      <div className={c.identity}>
        <Avatar name={user.name} size={44} />
        <span className={c.name} dir="auto">
          {user.name}
        </span>
      </div>
      <dl className={c.facts}>
        <dt>{t('account.profile.email')}</dt>
        <dd>
          <Ltr>{user.email}</Ltr>
        </dd>
        <dt>{t('account.profile.role')}</dt>
        <dd>{user.role_name}</dd>
        <dt>{t('account.profile.team')}</dt>
        <dd>{user.team_name ?? <Dash />}</dd>
      </dl>
    </>
  );
}

function Password() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <p className={c.text}>{t('account.password.text')}</p>
      <div className={c.buttons}>
        <Button variant="default" onClick={() => setOpen(true)}>
          {t('account.password.change')}
        </Button>
      </div>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('account.password.change')}
        size={420}
        closeButtonProps={{ 'aria-label': t('components.close') }}
      >
        <PasswordForm
          onDone={() => {
            setOpen(false);
            toast.done(t('account.password.changed'));
          }}
        />
      </Modal>
    </>
  );
}
