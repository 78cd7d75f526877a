import { Button, Loader, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PasswordField } from '@/components';
import { Failure } from '@/components/onboarding/Failure';
import { PageTools } from '@/components/page/PageTools';
import { useTitle } from '@/components/page/useTitle';
import { useView } from '@/components/page/useView';
import { focusFirstInvalid } from '@/lib/forms';
import c from './LoginPage.module.css';
import { useOwner, useSignIn } from './session';

/** Only a path of the console itself may follow a sign-in. */
const readView = (raw: Record<string, unknown>) => {
  const next = typeof raw.next === 'string' ? raw.next : '';
  return { next: /^\/owner\/(?!login)[\w\-./?=&%]*$/.test(next) ? next : '/owner/tenants' };
};

export function LoginPage() {
  const { t } = useTranslation();
  const [{ next }] = useView(readView);
  const navigate = useNavigate();
  const owner = useOwner();
  const signIn = useSignIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const signedIn = !!owner.data;

  useEffect(() => {
    if (signedIn) void navigate({ href: next, replace: true } as never);
  }, [signedIn, next, navigate]);
  useTitle(t('owner.login.title'));

  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (!email.trim() || !password) return focusFirstInvalid(form.current ?? document);
    signIn.mutate(
      { email: email.trim(), password },
      {
        onError: () => {
          setPassword('');
          setTried(false);
          form.current?.querySelector<HTMLElement>('input[type="password"]')?.focus();
        },
      },
    );
  };
  return (
    <main className={c.page}>
      <div className={c.tools}>
        <PageTools />
      </div>
      <form ref={form} className={c.card} onSubmit={submit} noValidate>
        <div>
          <p className={c.brand} dir="ltr">
            Brokerdesk
          </p>
          <h1 className={c.title}>{t('owner.login.title')}</h1>
          <p className={c.text}>{t('owner.login.text')}</p>
        </div>
        {owner.isPending ? (
          <div className={c.wait}>
            <Loader size={20} aria-label={t('components.loading')} />
          </div>
        ) : (
          <>
            <TextInput
              name="email"
              type="email"
              label={t('owner.login.email')}
              autoComplete="username"
              value={email}
              onChange={(e) => setEmail(e.currentTarget.value)}
              error={tried && !email.trim() ? t('owner.login.emailMissing') : undefined}
              autoFocus
            />
            <PasswordField
              name="password"
              label={t('owner.login.password')}
              value={password}
              onChange={(e) => setPassword(e.currentTarget.value)}
              error={tried && !password ? t('owner.login.passwordMissing') : undefined}
            />
            <Failure error={signIn.error} />
            <Button type="submit" size="md" fullWidth loading={signIn.isPending}>
              {t('owner.login.submit')}
            </Button>
          </>
        )}
      </form>
    </main>
  );
}
