import { Button, Group, Modal } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice, PasswordField } from '@/components';
import { EMPTY_OTP, isComplete, OtpField, SwapOtp } from '@/features/auth/onetime/OtpField';
import { problemsOf } from './problems';
import c from './twofactor.module.css';

type Props = {
  title: string;
  text: string;
  confirm: string;
  danger?: boolean;
  busy: boolean;
  error: unknown;
  onSubmit: (proof: { password: string; code: string }) => void;
  onClose: () => void;
};

/** Password and code again, before the second factor is changed: an unlocked screen alone must not be enough. */
export function ProofDialog({ title, text, confirm, danger, busy, error, onSubmit, onClose }: Props) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [otp, setOtp] = useState(EMPTY_OTP);
  const [tried, setTried] = useState(false);
  const [judged, setJudged] = useState<unknown>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const codeField = useRef<HTMLInputElement>(null);
  // a refusal is shown until something is typed
  const problems = problemsOf(error === judged ? null : error);
  const typed = () => setJudged(error);
  const change = (next: typeof otp) => {
    setOtp(next);
    typed();
  };
  const missing =
    tried && !isComplete(otp) ? t(otp.recovery ? 'onetime.recoveryNeeded' : 'onetime.needed') : null;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (!password) passwordField.current?.focus();
    else if (!isComplete(otp)) codeField.current?.focus();
    else onSubmit({ password, code: otp.value });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={420}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <form className={c.step} noValidate onSubmit={submit}>
        <p className={c.text}>{text}</p>
        {problems.other && <Notice tone="neg">{problems.other}</Notice>}
        <PasswordField
          ref={passwordField}
          label={t('account.twoFactor.password')}
          dir="ltr"
          data-autofocus
          value={password}
          error={(tried && !password && t('auth.passwordNeeded')) || problems.password}
          onChange={(e) => {
            setPassword(e.currentTarget.value);
            typed();
          }}
        />
        <OtpField ref={codeField} otp={otp} error={problems.code ?? missing} onChange={change} />
        <SwapOtp otp={otp} onChange={change} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('components.cancel')}
          </Button>
          <Button type="submit" color={danger ? 'red.8' : undefined} loading={busy}>
            {confirm}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
