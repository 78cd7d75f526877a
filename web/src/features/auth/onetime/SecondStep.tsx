import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { EMPTY_OTP, isComplete, type Otp, OtpField, SwapOtp } from './OtpField';
import c from './onetime.module.css';

type Props = {
  busy: boolean;
  error: unknown;
  /** Shown instead of the button's text while another try is of no use. */
  wait?: string;
  /** Failures that are not about the code. */
  failure?: ReactNode;
  onSubmit: (otp: string) => void;
  onBack: () => void;
  backLabel?: string;
};

/** After the password: the six digits, or a recovery code. */
export function SecondStep({ busy, error, wait, failure, onSubmit, onBack, backLabel }: Props) {
  const { t } = useTranslation();
  const [otp, setOtp] = useState(EMPTY_OTP);
  const [tried, setTried] = useState(false);
  /** A refusal is shown until something is typed. */
  const [typed, setTyped] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!error) return;
    setOtp((now) => ({ ...now, value: '' }));
    setTyped(false);
    field.current?.focus();
  }, [error]);

  const complete = isComplete(otp);
  const send = (code: string) => {
    if (busy || wait) return;
    setTried(false);
    onSubmit(code);
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (complete) send(otp.value);
    else field.current?.focus();
  };
  const change = (next: Otp) => {
    setOtp(next);
    setTyped(true);
    if (next.recovery !== otp.recovery) setTried(false);
  };
  const problem =
    hasCode(error, 'otp_invalid') && !typed
      ? t(otp.recovery ? 'onetime.recoveryWrong' : 'onetime.wrong')
      : tried && !complete
        ? t(otp.recovery ? 'onetime.recoveryNeeded' : 'onetime.needed')
        : null;
  return (
    <form className={c.form} noValidate onSubmit={submit}>
      {failure}
      <OtpField ref={field} autoFocus otp={otp} error={problem} onChange={change} onComplete={send} />
      <Button type="submit" size="sm" fullWidth loading={busy} disabled={Boolean(wait)}>
        {wait ?? t('onetime.submit')}
      </Button>
      <div className={c.links}>
        <SwapOtp otp={otp} onChange={change} />
        <button type="button" className={c.link} onClick={onBack}>
          {backLabel ?? t('onetime.back')}
        </button>
      </div>
    </form>
  );
}
