import { PasswordInput } from '@mantine/core';
import { type ComponentProps, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { PASSWORD_MIN, passwordStrength } from '@/lib/password';
import c from './onboarding.module.css';

/** A new password with an honest meter. */
export function NewPasswordField({
  value,
  onChange,
  personal,
  error,
  ...rest
}: {
  value: string;
  onChange: (password: string) => void;
  /** Words an attacker would try first: name, company, e-mail. */
  personal: readonly string[];
  error?: string;
} & Omit<ComponentProps<typeof PasswordInput>, 'value' | 'onChange' | 'error'>) {
  const { t } = useTranslation();
  const id = useId();
  const { score, hint } = passwordStrength(value, personal);
  return (
    <div>
      <PasswordInput
        name="password"
        label={t('onboarding.password.label')}
        autoComplete="new-password"
        {...rest}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
        error={error}
        aria-describedby={`${id}-meter`}
        visibilityToggleButtonProps={{ 'aria-label': t('onboarding.password.show'), tabIndex: 0 }}
      />
      <div className={c.meter} data-score={score} aria-hidden="true">
        <span />
        <span />
        <span />
        <span />
      </div>
      <p className={c.meterText} id={`${id}-meter`} aria-live="polite">
        {value === '' ? (
          t('onboarding.password.help', { count: PASSWORD_MIN })
        ) : (
          <>
            <b>{t(`onboarding.password.score.${score}`)}</b>
            <span>{t(`onboarding.password.hint.${hint}`, { count: PASSWORD_MIN })}</span>
          </>
        )}
      </p>
    </div>
  );
}
