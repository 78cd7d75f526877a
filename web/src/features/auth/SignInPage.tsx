import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { useUi } from '@/app/ui';
import { errorText, Notice, PasswordField } from '@/components';
import { LanguageSwitch } from '@/components/LanguageSwitch';
import { focusFirstInvalid, isEmail } from '@/lib/forms';
import { useSession } from '@/session/session';
import { AuthFrame } from './AuthFrame';
import c from './auth.module.css';
import { clock, useCountdown } from './useCountdown';

export function SignInPage({ expired }: { expired: boolean }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const { signIn } = useSession();
  const password = useRef<HTMLInputElement>(null);
  const [until, setUntil] = useState<number | null>(null);
  const left = useCountdown(until);
  useEffect(() => {
    document.title = `${t('auth.signIn')} · ${branding.name}`;
  }, [t, branding.name]);

  const form = useForm({
    initialValues: { email: '', password: '' },
    validateInputOnBlur: ['email'],
    validate: {
      email: (v) => (isEmail(v) ? null : t('auth.emailNeeded')),
      password: (v) => (v ? null : t('auth.passwordNeeded')),
    },
  });
  const login = useMutation({
    mutationFn: (v: { email: string; password: string }) => signIn(v.email.trim(), v.password),
    meta: { silent: true },
    onError: (error) => {
      if (isApiError(error) && error.retryAfter && hasCode(error, 'account_locked', 'rate_limited'))
        setUntil(Date.now() + error.retryAfter * 1000);
      form.setFieldValue('password', '');
      password.current?.focus();
    },
  });
  const locked = left > 0;
  const failure = login.error && !(hasCode(login.error, 'account_locked', 'rate_limited') && !locked);

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
        {failure ? (
          <Notice tone={locked ? 'warn' : 'neg'}>
            {locked
              ? t(hasCode(login.error, 'rate_limited') ? 'auth.slowDown' : 'auth.locked', {
                  time: clock(left),
                })
              : errorText(login.error)}
          </Notice>
        ) : (
          expired && <Notice>{t('auth.expired')}</Notice>
        )}
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
