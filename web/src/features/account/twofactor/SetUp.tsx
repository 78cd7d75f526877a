import { Button } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import type { TwoFactorSetup } from '@/api/types';
import { Notice, PasswordField } from '@/components';
import { CodeField } from '@/features/auth/onetime/CodeField';
import { isCode } from '@/features/auth/onetime/code';
import { useSession } from '@/session/session';
import { useEnableTwoFactor, useSetUpTwoFactor } from '../query';
import { problemsOf } from './problems';
import { RecoveryCodes } from './RecoveryCodes';
import { Scan } from './Scan';
import c from './twofactor.module.css';

type Props = {
  /** The second factor holds from now on; the codes are on screen. */
  onEnabled?: () => void;
  onDone: () => void;
};

/** Password, then the app on the phone and its first code, then the recovery codes. */
export function SetUp({ onEnabled, onDone }: Props) {
  const { state } = useSession();
  const email = 'me' in state ? state.me.user.email : '';
  const [setup, setSetup] = useState<TwoFactorSetup | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [late, setLate] = useState(false);
  if (codes) return <RecoveryCodes codes={codes} email={email} onDone={onDone} />;
  if (setup)
    return (
      <Confirm
        setup={setup}
        onCodes={(next) => {
          setCodes(next);
          onEnabled?.();
        }}
        onLate={() => {
          setSetup(null);
          setLate(true);
        }}
      />
    );
  return <Password late={late} onSetup={setSetup} />;
}

/** `late`: the picture before was on screen for too long. */
function Password({ late, onSetup }: { late: boolean; onSetup: (s: TwoFactorSetup) => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const begin = useSetUpTwoFactor();
  const problems = problemsOf(begin.error);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (!password) return field.current?.focus();
    begin.mutate(password, { onSuccess: onSetup, onError: () => field.current?.select() });
  };
  return (
    <form className={c.step} noValidate onSubmit={submit}>
      {late && !begin.error && <Notice tone="warn">{t('account.twoFactor.late')}</Notice>}
      {problems.other && <Notice tone="neg">{problems.other}</Notice>}
      <PasswordField
        ref={field}
        label={t('account.twoFactor.password')}
        description={t('account.twoFactor.passwordWhy')}
        autoFocus
        data-autofocus
        dir="ltr"
        value={password}
        error={(tried && !password && t('auth.passwordNeeded')) || problems.password}
        onChange={(e) => {
          setPassword(e.currentTarget.value);
          if (begin.error) begin.reset();
        }}
      />
      <Button type="submit" size="sm" fullWidth loading={begin.isPending}>
        {t('account.twoFactor.continue')}
      </Button>
    </form>
  );
}

type ConfirmProps = { setup: TwoFactorSetup; onCodes: (codes: string[]) => void; onLate: () => void };
function Confirm({ setup, onCodes, onLate }: ConfirmProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const enable = useEnableTwoFactor();
  const problems = problemsOf(enable.error);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const send = (value: string) => {
    if (enable.isPending) return;
    enable.mutate(value, {
      onSuccess: (answer) => onCodes(answer.recovery_codes),
      onError: (error) => {
        if (hasCode(error, 'two_factor_not_set_up')) return onLate();
        setCode('');
        field.current?.focus();
      },
    });
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (isCode(code)) send(code);
    else field.current?.focus();
  };
  return (
    <form className={c.step} noValidate onSubmit={submit}>
      <Scan setup={setup} />
      {problems.other && <Notice tone="neg">{problems.other}</Notice>}
      <CodeField
        ref={field}
        value={code}
        error={problems.code ?? (tried && !isCode(code) && !enable.error ? t('onetime.needed') : null)}
        onChange={(next) => {
          setCode(next);
          if (enable.error) enable.reset();
        }}
        onComplete={send}
      />
      <Button type="submit" size="sm" fullWidth loading={enable.isPending}>
        {t('account.twoFactor.turnOn')}
      </Button>
    </form>
  );
}
