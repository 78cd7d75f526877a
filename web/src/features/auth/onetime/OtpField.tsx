import { TextInput } from '@mantine/core';
import { type Ref, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { CodeField } from './CodeField';
import { isCode, isRecovery, recoveryOf } from './code';
import c from './onetime.module.css';

/** What is being typed: six digits, or one of the codes kept for the day the phone is lost. */
export type Otp = { recovery: boolean; value: string };
export const EMPTY_OTP: Otp = { recovery: false, value: '' };
export const isComplete = (otp: Otp): boolean => (otp.recovery ? isRecovery(otp.value) : isCode(otp.value));

type Props = {
  otp: Otp;
  onChange: (otp: Otp) => void;
  /** All six digits are there. */
  onComplete?: (code: string) => void;
  error?: string | null;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
};

export function OtpField({ otp, onChange, onComplete, error, autoFocus, ref }: Props) {
  const { t } = useTranslation();
  return (
    <div data-otp>
      {otp.recovery ? (
        <TextInput
          ref={ref}
          label={t('onetime.recovery')}
          description={t('onetime.recoveryHelp')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          placeholder="xxxx-xxxx-xxxx-xxxx"
          classNames={{ input: c.recovery }}
          value={otp.value}
          error={error}
          onChange={(e) => onChange({ recovery: true, value: recoveryOf(e.currentTarget.value) })}
        />
      ) : (
        <CodeField
          ref={ref}
          autoFocus={autoFocus}
          value={otp.value}
          error={error}
          onChange={(value) => onChange({ recovery: false, value })}
          onComplete={onComplete}
        />
      )}
    </div>
  );
}

/** From one to the other, with the focus in the field that appears. */
export function SwapOtp({ otp, onChange }: Pick<Props, 'otp' | 'onChange'>) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  return (
    <button
      ref={button}
      type="button"
      className={c.link}
      onClick={() => {
        // at once: what is typed next belongs to the new field
        flushSync(() => onChange({ recovery: !otp.recovery, value: '' }));
        button.current?.form?.querySelector<HTMLElement>('[data-otp] input')?.focus();
      }}
    >
      {t(otp.recovery ? 'onetime.useCode' : 'onetime.useRecovery')}
    </button>
  );
}
