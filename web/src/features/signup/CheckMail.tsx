import { Button } from '@mantine/core';
import { IconMailCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { platform } from '@/api/platform';
import { Failure } from '@/components/onboarding/Failure';
import { MessagePage } from '@/components/page/MessagePage';
import { tenantHost } from '@/lib/slug';
import c from './SignupPage.module.css';

const PAUSE = 30;

export function CheckMail({
  sent,
  onChange,
}: {
  sent: { id: string; email: string; slug: string };
  onChange: () => void;
}) {
  const { t } = useTranslation();
  const [wait, setWait] = useState(PAUSE);
  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => setWait((n) => n - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);
  const resend = useMutation({
    meta: { silent: true },
    mutationFn: () => platform.resend(sent.id),
    onSuccess: () => setWait(PAUSE),
  });
  return (
    <MessagePage
      icon={<IconMailCheck size={26} stroke={1.5} />}
      tone="brand"
      title={t('signup.mail.title')}
      text={
        <Trans
          i18nKey="signup.mail.text"
          values={{ email: sent.email, address: tenantHost(sent.slug, location.host) }}
          components={{ b: <bdi className={c.strong} />, a: <bdi className={c.strong} dir="ltr" /> }}
        />
      }
      actions={
        <>
          <Button
            variant="default"
            size="md"
            onClick={() => resend.mutate()}
            loading={resend.isPending}
            disabled={wait > 0}
          >
            {wait > 0 ? t('signup.mail.wait', { count: wait }) : t('signup.mail.resend')}
          </Button>
          <Button variant="default" size="md" onClick={onChange}>
            {t('signup.mail.change')}
          </Button>
        </>
      }
    >
      <ul className={c.hints}>
        <li>{t('signup.mail.hint1')}</li>
        <li>{t('signup.mail.hint2')}</li>
      </ul>
      <p className={c.sentAgain} role="status">
        {resend.isSuccess ? t('signup.mail.again') : ''}
      </p>
      <Failure error={resend.error} />
    </MessagePage>
  );
}
