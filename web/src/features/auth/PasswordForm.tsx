import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { errorText, Notice, PasswordField } from '@/components';
import { focusFirstInvalid, pickErrors } from '@/lib/forms';
import { PASSWORD_MIN } from '@/lib/password';
import { useSession } from '@/session/session';
import c from './auth.module.css';

/** Current password, new one, once more. Used when a change is due and from the user menu. */
export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation();
  const { changePassword } = useSession();
  const form = useForm({
    initialValues: { current: '', next: '', again: '' },
    validateInputOnBlur: true,
    validate: {
      current: (v) => (v ? null : t('auth.passwordNeeded')),
      next: (v, all) =>
        [...v].length < PASSWORD_MIN
          ? t('auth.tooShort', { count: PASSWORD_MIN })
          : v === all.current
            ? t('auth.sameAsOld')
            : null,
      again: (v, all) => (v === all.next ? null : t('auth.notTheSame')),
    },
  });
  const change = useMutation({
    mutationFn: (v: { current: string; next: string }) => changePassword(v.current, v.next),
    meta: { silent: true },
    onSuccess: onDone,
    onError: (error) => {
      const fields = isApiError(error) ? pickErrors(error.fields, ['current', 'new', 'password']) : {};
      const next = fields.new ?? fields.password;
      if (hasCode(error, 'invalid_credentials')) form.setFieldError('current', t('auth.wrongCurrent'));
      else if (fields.current) form.setFieldError('current', fields.current);
      else if (next) form.setFieldError('next', next);
      focusFirstInvalid();
    },
  });
  const shownAtField = Object.keys(form.errors).length > 0;
  return (
    <form
      className={c.form}
      noValidate
      onSubmit={form.onSubmit(
        (v) => change.mutate(v),
        () => focusFirstInvalid(),
      )}
    >
      {change.error && !shownAtField && <Notice tone="neg">{errorText(change.error)}</Notice>}
      <PasswordField label={t('auth.current')} dir="ltr" data-autofocus {...form.getInputProps('current')} />
      <PasswordField meter label={t('auth.next')} dir="ltr" {...form.getInputProps('next')} />
      <PasswordField
        label={t('auth.again')}
        dir="ltr"
        autoComplete="new-password"
        {...form.getInputProps('again')}
      />
      <Button type="submit" size="sm" fullWidth loading={change.isPending}>
        {t('auth.change')}
      </Button>
    </form>
  );
}
