import { Button, Loader, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { PasswordField } from '@/components';
import { Failure } from '@/components/onboarding/Failure';
import { PageTools } from '@/components/page/PageTools';
import { useTitle } from '@/components/page/useTitle';
import { useView } from '@/components/page/useView';
import { SecondStep } from '@/features/auth/onetime/SecondStep';
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
  const [second, setSecond] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const signedIn = !!owner.data;

  useEffect(() => {
    if (signedIn) void navigate({ href: next, replace: true } as never);
  }, [signedIn, next, navigate]);
  useTitle(t('owner.login.title'));

  const aboutCode = hasCode(signIn.error, 'otp_required', 'otp_invalid');
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (!email.trim() || !password) return focusFirstInvalid(form.current ?? document);
    signIn.mutate(
      { email: email.trim(), password },
      {
        onError: (error) => {
          if (hasCode(error, 'otp_required')) return setSecond(true);
          setPassword('');
          setTried(false);
          form.current?.querySelector<HTMLElement>('input[type="password"]')?.focus();
        },
      },
    );
  };
  const startAgain = () => {
    setSecond(false);
    setPassword('');
    setTried(false);
  };
  if (second)
    return (
      <main className={c.page}>
        <div className={c.tools}>
          <PageTools />
        </div>
        <div className={c.card}>
          <div>
            <p className={c.brand} dir="ltr">
              Brokerdesk
            </p>
            <h1 className={c.title}>{t('onetime.title')}</h1>
            <p className={c.text}>{t('onetime.text')}</p>
          </div>
          <SecondStep
            busy={signIn.isPending}
            error={signIn.error}
            failure={!aboutCode && <Failure error={signIn.error} />}
            onSubmit={(otp) =>
              signIn.mutate(
                { email: email.trim(), password, otp },
                // the password was changed meanwhile: begin again
                { onError: (error) => hasCode(error, 'invalid_credentials') && startAgain() },
              )
            }
            onBack={() => {
              startAgain();
              signIn.reset();
            }}
          />
        </div>
      </main>
    );
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
