import { Button, Group, PasswordInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formErrors } from '@/api/errors';
import { errorText, Notice, RelativeTime, toast } from '@/components';
import { fieldText } from '@/lib/forms';
import general from '../general/general.module.css';
import { captchaSecretQuery, usePutSecret } from './query';

/** The provider's secret: put in, never shown. */
export function CaptchaSecret() {
  const { t } = useTranslation();
  const id = useId();
  const known = useQuery(captchaSecretQuery).data;
  const put = usePutSecret();
  const [secret, setSecret] = useState('');
  const wrong = formErrors(put.error).secret;
  const save = (value: string | null) =>
    put.mutate(value, {
      onSuccess: () => {
        setSecret('');
        toast.done(t(value ? 'registration.secretSaved' : 'registration.secretRemoved'));
      },
    });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (secret.trim()) save(secret.trim());
  };
  return (
    <section className={general.section} aria-labelledby={id}>
      <div className={general.about}>
        <h2 id={id}>{t('registration.secret')}</h2>
        <p>{t('registration.secretAbout')}</p>
      </div>
      <form className={general.form} onSubmit={submit} noValidate>
        {known?.set === false && <Notice tone="warn">{t('registration.secretMissing')}</Notice>}
        {put.error && !wrong ? <Notice tone="neg">{errorText(put.error)}</Notice> : null}
        <div className={general.field}>
          <PasswordInput
            label={t('registration.secretLabel')}
            placeholder={known?.set ? '••••••••••••' : undefined}
            autoComplete="off"
            value={secret}
            onChange={(e) => setSecret(e.currentTarget.value)}
            error={wrong && fieldText(wrong)}
            visibilityToggleButtonProps={{ 'aria-label': t('components.showPassword') }}
          />
          <p className={general.meta}>
            {known?.set && known.updated_at && (
              <span>
                {known.updated_by ? t('general.changedBy', { name: known.updated_by }) : t('general.changed')}{' '}
                <RelativeTime at={known.updated_at} />
              </span>
            )}
          </p>
        </div>
        <Group gap="sm">
          <Button type="submit" loading={put.isPending} disabled={!secret.trim()}>
            {t('registration.secretSave')}
          </Button>
          {known?.set && (
            <Button variant="default" onClick={() => save(null)} disabled={put.isPending}>
              {t('registration.secretRemove')}
            </Button>
          )}
        </Group>
      </form>
    </section>
  );
}
