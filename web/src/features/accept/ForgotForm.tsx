import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { publicApi } from '@/api/public';
import { Notice } from '@/components';
import { Failure } from '@/components/onboarding/Failure';
import { isEmail } from '@/lib/forms';
import c from './accept.module.css';

/** A new link in place of one that no longer works. The answer is the same for every address. */
export function ForgotForm() {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [bad, setBad] = useState(false);
  const ask = useMutation({
    meta: { silent: true },
    mutationFn: () => publicApi.forgot(email.trim()),
  });
  if (ask.isSuccess) return <Notice tone="pos">{t('accept.forgot.sent')}</Notice>;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (isEmail(email)) ask.mutate();
    else setBad(true);
  };
  return (
    <form className={c.forgot} onSubmit={submit} noValidate>
      <TextInput
        name="email"
        type="email"
        label={t('accept.forgot.email')}
        autoComplete="username"
        value={email}
        onChange={(e) => {
          setEmail(e.currentTarget.value);
          setBad(false);
        }}
        error={bad ? t('accept.forgot.bad') : undefined}
      />
      <Failure error={ask.error} />
      <div>
        <Button type="submit" size="md" loading={ask.isPending}>
          {t('accept.forgot.submit')}
        </Button>
      </div>
    </form>
  );
}
