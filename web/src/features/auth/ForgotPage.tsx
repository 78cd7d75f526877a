import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import { errorText, Notice } from '@/components';
import { LanguageSwitch } from '@/components/LanguageSwitch';
import { focusFirstInvalid, isEmail } from '@/lib/forms';
import { AuthFrame } from './AuthFrame';
import c from './auth.module.css';

/** Always the same answer, whether the address is known or not. */
export function ForgotPage() {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (v) => (isEmail(v) ? null : t('auth.emailNeeded')) },
  });
  const send = useMutation({
    mutationFn: (email: string) => api.post('/auth/forgot', { body: { email }, auth: false }),
    meta: { silent: true },
  });
  return (
    <AuthFrame
      title={t('auth.forgotTitle')}
      text={send.isSuccess ? undefined : t('auth.forgotText')}
      corner={<LanguageSwitch />}
    >
      {send.isSuccess ? (
        <div className={c.form}>
          <Notice tone="pos">{t('auth.forgotSent', { email: form.values.email })}</Notice>
          <Link to="/" className={c.link}>
            {t('auth.back')}
          </Link>
        </div>
      ) : (
        <form
          className={c.form}
          noValidate
          onSubmit={form.onSubmit(
            (v) => send.mutate(v.email.trim()),
            () => focusFirstInvalid(),
          )}
        >
          {send.error && <Notice tone="neg">{errorText(send.error)}</Notice>}
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="username"
            autoFocus
            dir="ltr"
            {...form.getInputProps('email')}
          />
          <Button type="submit" size="sm" fullWidth loading={send.isPending}>
            {t('auth.forgotSend')}
          </Button>
          <Link to="/" className={c.link}>
            {t('auth.back')}
          </Link>
        </form>
      )}
    </AuthFrame>
  );
}
