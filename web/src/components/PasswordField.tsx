import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PASSWORD_MIN, passwordStrength } from '@/lib/password';
import c from './ui.module.css';

/** Password input; with `meter` it shows how strong the choice is while typing. */
export function PasswordField({ meter, ...props }: PasswordInputProps & { meter?: boolean }) {
  const { t } = useTranslation();
  const value = String(props.value ?? '');
  const { score } = passwordStrength(value);
  return (
    <div>
      <PasswordInput
        autoComplete={meter ? 'new-password' : 'current-password'}
        visibilityToggleButtonProps={{ 'aria-label': t('components.showPassword') }}
        {...props}
      />
      {meter && (
        <>
          <div className={c.meter} data-score={score} aria-hidden>
            <i />
            <i />
            <i />
            <i />
          </div>
          <p className={c.meterText} aria-live="polite">
            {t(`components.password.${value ? score : 'rule'}`, { count: PASSWORD_MIN })}
          </p>
        </>
      )}
    </div>
  );
}
