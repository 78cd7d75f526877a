import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { useUi } from '@/app/ui';
import { errorText, Notice, PasswordField } from '@/components';
import { LanguageSwitch } from '@/components/LanguageSwitch';
import { useTitle } from '@/components/page/useTitle';
import { focusFirstInvalid, isEmail } from '@/lib/forms';
import { useSession } from '@/session/session';
import { AuthFrame } from './AuthFrame';
import c from './auth.module.css';
import { SecondStep } from './onetime/SecondStep';
import { clock, useCountdown } from './useCountdown';

type Credentials = { email: string; password: string };

export function SignInPage({ expired }: { expired: boolean }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const { signIn } = useSession();
  const password = useRef<HTMLInputElement>(null);
  const [until, setUntil] = useState<number | null>(null);
  const left = useCountdown(until);
  useTitle(t('auth.signIn'), branding.name);

  const form = useForm({
    initialValues: { email: '', password: '' },
    validateInputOnBlur: ['email'],
    validate: {
      email: (v) => (isEmail(v) ? null : t('auth.emailNeeded')),
      password: (v) => (v ? null : t('auth.passwordNeeded')),
    },
  });
  /** The password was right: it is kept for as long as the second step is on screen. */
  const [second, setSecond] = useState<Credentials | null>(null);
  const login = useMutation({
    mutationFn: (v: Credentials & { otp?: string }) => signIn(v.email.trim(), v.password, v.otp),
    meta: { silent: true },
    onError: (error, { otp, ...credentials }) => {
      if (hasCode(error, 'otp_required')) {
        setSecond(credentials);
        return;
      }
      if (isApiError(error) && error.retryAfter && hasCode(error, 'account_locked', 'rate_limited'))
        setUntil(Date.now() + error.retryAfter * 1000);
      if (otp) {
        // the password was changed meanwhile: begin again
        if (hasCode(error, 'invalid_credentials')) setSecond(null);
        return;
      }
      form.setFieldValue('password', '');
      password.current?.focus();
    },
  });
  const locked = left > 0;
  const limited = hasCode(login.error, 'account_locked', 'rate_limited');
  const aboutCode = hasCode(login.error, 'otp_required', 'otp_invalid');
  const failure = login.error && !aboutCode && !(limited && !locked) && (
    <Notice tone={locked ? 'warn' : 'neg'}>
      {locked
        ? t(hasCode(login.error, 'rate_limited') ? 'auth.slowDown' : 'auth.locked', { time: clock(left) })
        : errorText(login.error)}
    </Notice>
  );

  if (second)
    return (
      <AuthFrame title={t('onetime.title')} text={t('onetime.text')} corner={<LanguageSwitch />}>
        <div className={c.form}>
          <SecondStep
            busy={login.isPending}
            error={login.error}
            wait={locked ? clock(left) : undefined}
            failure={failure}
            onSubmit={(otp) => login.mutate({ ...second, otp })}
            onBack={() => {
              setSecond(null);
              login.reset();
              form.reset();
            }}
          />
        </div>
      </AuthFrame>
    );
  return (
    <AuthFrame title={t('auth.signInTo', { name: branding.name })} corner={<LanguageSwitch />}>
      <form
        className={c.form}
        noValidate
        onSubmit={form.onSubmit(
          (v) => login.mutate(v),
          () => focusFirstInvalid(),
        )}
      >
        {failure || (expired && <Notice>{t('auth.expired')}</Notice>)}
        <TextInput
          label={t('auth.email')}
          type="email"
          autoComplete="username"
          autoFocus
          dir="ltr"
          {...form.getInputProps('email')}
        />
        <PasswordField
          ref={password}
          label={t('auth.password')}
          dir="ltr"
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="sm" fullWidth loading={login.isPending} disabled={locked}>
          {locked ? clock(left) : t('auth.signIn')}
        </Button>
        <Link to="/forgot" className={c.link}>
          {t('auth.forgot')}
        </Link>
      </form>
    </AuthFrame>
  );
}
