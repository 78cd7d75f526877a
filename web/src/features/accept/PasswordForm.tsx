import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { type Invitation, publicApi } from '@/api/public';
import { useUi } from '@/app/ui';
import { Avatar } from '@/components';
import { Failure } from '@/components/onboarding/Failure';
import { NewPasswordField } from '@/components/onboarding/NewPasswordField';
import { SecondStep } from '@/features/auth/onetime/SecondStep';
import { focusFirstInvalid } from '@/lib/forms';
import { PASSWORD_MIN } from '@/lib/password';
import c from './accept.module.css';

/** On success nothing is kept here: the refresh cookie signs in, the CRM's own page does the rest. */
export function PasswordForm({
  kind,
  token,
  invitation,
  onProblem,
}: {
  kind: 'invitation' | 'reset';
  token: string;
  invitation: Invitation | null;
  /** True when the link itself is the problem and the page shows that instead. */
  onProblem: (error: unknown) => boolean;
}) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [second, setSecond] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const company = invitation?.company ?? branding.name;
  const refuse = (code: string) => {
    setError(code);
    focusFirstInvalid(form.current?.parentElement ?? document);
  };
  const save = useMutation({
    meta: { silent: true },
    mutationFn: (otp: string | undefined) =>
      kind === 'invitation'
        ? publicApi.acceptInvitation(token, password)
        : publicApi.resetPassword(token, password, otp),
    onSuccess: () => location.replace('/'),
    onError: (failure) => {
      if (onProblem(failure) || !isApiError(failure)) return;
      if (hasCode(failure, 'otp_required')) setSecond(true);
      const text = failure.fields.password?.[0];
      if (!text) return;
      setSecond(false);
      refuse(text);
    },
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if ([...password].length < PASSWORD_MIN) refuse(password ? 'short' : 'required');
    else save.mutate(undefined);
  };
  if (second)
    return (
      <div className={c.page}>
        <div className={c.card}>
          <div>
            <h1 className={c.title}>{t('onetime.title')}</h1>
            <p className={c.text}>{t('onetime.text')}</p>
          </div>
          <SecondStep
            busy={save.isPending || save.isSuccess}
            error={save.error}
            failure={!hasCode(save.error, 'otp_required', 'otp_invalid') && <Failure error={save.error} />}
            onSubmit={(otp) => save.mutate(otp)}
            onBack={() => setSecond(false)}
            backLabel={t('onetime.previous')}
          />
        </div>
      </div>
    );
  return (
    <div className={c.page}>
      <form ref={form} className={c.card} onSubmit={submit} noValidate>
        <div>
          <h1 className={c.title}>{t(`accept.${kind}.title`, { company })}</h1>
          <p className={c.text}>{t(`accept.${kind}.text`, { company })}</p>
        </div>
        {invitation && (
          <div className={c.person}>
            <Avatar name={invitation.name || invitation.email} size={36} />
            <span>
              <b>
                <bdi>{invitation.name}</bdi>
              </b>
              <bdi dir="ltr">{invitation.email}</bdi>
            </span>
          </div>
        )}
        {/* lets a password manager file the new password under the right account */}
        <input
          type="text"
          name="username"
          autoComplete="username"
          value={invitation?.email ?? ''}
          readOnly
          hidden
        />
        <NewPasswordField
          value={password}
          onChange={(value) => {
            setPassword(value);
            setError(null);
          }}
          personal={[invitation?.name ?? '', invitation?.email ?? '', company]}
          label={t('accept.password')}
          error={error ? t(`accept.error.${error}`, { count: PASSWORD_MIN, defaultValue: error }) : undefined}
          autoFocus
        />
        {!error && !hasCode(save.error, 'otp_required', 'otp_invalid') && <Failure error={save.error} />}
        <Button type="submit" size="md" loading={save.isPending || save.isSuccess}>
          {t(`accept.${kind}.submit`)}
        </Button>
      </form>
    </div>
  );
}
