import { Button, Loader } from '@mantine/core';
import { IconCircleCheck, IconClockX, IconLinkOff, IconPlugX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { publicApi } from '@/api/public';
import { useUi } from '@/app/ui';
import { errorText } from '@/components';
import { MessagePage } from '@/components/page/MessagePage';
import { useTitle } from '@/components/page/useTitle';
import { ForgotForm } from './ForgotForm';
import { PasswordForm } from './PasswordForm';
import { type TokenProblem, tokenProblem } from './token';

export type Kind = 'invitation' | 'reset';

/** The link of an invitation or of a forgotten password: choose a password and one is in. */
export function AcceptPage({ kind, token }: { kind: Kind; token: string }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const [problem, setProblem] = useState<TokenProblem | null>(token ? null : 'unknown');
  useTitle(t(`accept.${kind}.tab`), branding.name);

  // only an invitation can be looked at before it is used
  const check = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => publicApi.checkInvitation(token),
    enabled: kind === 'invitation' && token !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, error) => count < 1 && isApiError(error) && error.status === 0,
  });
  const found = problem ?? tokenProblem(check.error);
  if (found) return <Problem kind={kind} problem={found} />;
  if (check.isError)
    return (
      <MessagePage
        icon={<IconPlugX size={26} stroke={1.5} />}
        tone="warn"
        title={t('accept.failed')}
        text={errorText(check.error)}
        actions={
          <Button size="md" onClick={() => void check.refetch()} loading={check.isFetching}>
            {t('components.retry')}
          </Button>
        }
      />
    );
  if (kind === 'invitation' && !check.data)
    return <MessagePage icon={<Loader size={22} />} title={t('accept.checking')} />;
  return (
    <PasswordForm
      kind={kind}
      token={token}
      invitation={check.data ?? null}
      onProblem={(error) => {
        const next = tokenProblem(error);
        if (next) setProblem(next);
        return next !== null || hasCode(error, 'token_unknown');
      }}
    />
  );
}

function Problem({ kind, problem }: { kind: Kind; problem: TokenProblem }) {
  const { t } = useTranslation();
  const Icon = problem === 'used' ? IconCircleCheck : problem === 'expired' ? IconClockX : IconLinkOff;
  return (
    <MessagePage
      icon={<Icon size={26} stroke={1.5} />}
      tone={problem === 'used' ? 'brand' : 'warn'}
      title={t(`accept.problem.${problem}.title`)}
      text={t(`accept.problem.${problem}.${kind}`)}
      actions={
        kind === 'invitation' || problem === 'used' ? (
          <Button component="a" href="/" size="md" variant={problem === 'used' ? 'filled' : 'default'}>
            {t('accept.signIn')}
          </Button>
        ) : undefined
      }
    >
      {kind === 'reset' && problem !== 'used' && <ForgotForm />}
    </MessagePage>
  );
}
