import { TextInput } from '@mantine/core';
import { type Ref, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { DIGITS, digitsOf } from './code';
import c from './onetime.module.css';

type Props = {
  value: string;
  onChange: (value: string) => void;
  /** All six digits are there. */
  onComplete?: (code: string) => void;
  error?: string | null;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
};

/** One field for the six digits, so that pasting and the phone's own suggestion work. */
export function CodeField({ value, onChange, onComplete, error, autoFocus, ref }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <TextInput
      ref={ref}
      id={id}
      name="one-time-code"
      label={t('onetime.code')}
      inputMode="numeric"
      autoComplete="one-time-code"
      autoFocus={autoFocus}
      data-autofocus={autoFocus || undefined}
      dir="ltr"
      classNames={{ input: c.code }}
      placeholder={'·'.repeat(DIGITS)}
      value={value}
      error={error}
      onChange={(e) => {
        const next = digitsOf(e.currentTarget.value);
        onChange(next);
        if (next.length === DIGITS && next !== value) onComplete?.(next);
      }}
    />
  );
}
