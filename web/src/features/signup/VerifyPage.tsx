import { Button, Loader } from '@mantine/core';
import {
  IconClockX,
  IconLinkOff,
  IconMapPinX,
  IconPlugX,
  IconRosetteDiscountCheck,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { platform } from '@/api/platform';
import { errorText } from '@/components';
import { MessagePage } from '@/components/page/MessagePage';
import { useTitle } from '@/components/page/useTitle';
import { useView } from '@/components/page/useView';
import { tenantHost } from '@/lib/slug';
import { EMPTY, loadDraft, saveDraft } from './draft';
import { lastProvisioning, rememberProvisioning } from './lastProvisioning';
import { ProgressPage } from './ProgressPage';

type View = { token: string; provisioning: string };
const text = (v: unknown) => (typeof v === 'string' || typeof v === 'number' ? String(v) : '');
const readView = (raw: Record<string, unknown>): View => ({
  token: text(raw.token),
  provisioning: text(raw.provisioning),
});

/** From the link in the mail to a running CRM. The id replaces the token in the address: a reload resumes. */
export function VerifyPage() {
  const [view, setView] = useView(readView);
  const { t } = useTranslation();
  useTitle(t('signup.verify.tab'));
  if (view.provisioning) return <ProgressPage id={view.provisioning} />;
  if (!view.token)
    return (
      <MessagePage
        icon={<IconLinkOff size={26} stroke={1.5} />}
        tone="warn"
        title={t('signup.verify.unknown.title')}
        text={t('signup.verify.unknown.text')}
        actions={<Again />}
      />
    );
  return (
    <Verify
      token={view.token}
      onStarted={(id) => setView({ token: '', provisioning: id }, { replace: true })}
    />
  );
}

function Again() {
  const { t } = useTranslation();
  return (
    <Button component="a" href="/signup" size="md">
      {t('signup.verify.again')}
    </Button>
  );
}

function Verify({ token, onStarted }: { token: string; onStarted: (id: string) => void }) {
  const { t } = useTranslation();
  const asked = useRef('');
  const draft = useRef(loadDraft()).current;
  const verify = useMutation({
    meta: { silent: true },
    mutationFn: () => platform.verify(token),
    onSuccess: (started) => {
      saveDraft(EMPTY);
      rememberProvisioning(started.provisioning_id);
      onStarted(started.provisioning_id);
    },
  });
  const { mutate } = verify;
  useEffect(() => {
    // a token is good for one use: ask once, also when effects run twice in development
    if (asked.current === token) return;
    asked.current = token;
    mutate();
  }, [token, mutate]);

  const error = verify.error;
  const code = isApiError(error) ? error.code : null;
  const slug = draft.sent?.slug;
  const started = lastProvisioning();
  if (code === 'token_used')
    return (
      <MessagePage
        icon={<IconRosetteDiscountCheck size={26} stroke={1.5} />}
        tone="brand"
        title={t('signup.verify.used.title')}
        text={t(slug || started ? 'signup.verify.used.textKnown' : 'signup.verify.used.text')}
        actions={
          <>
            {started && (
              <Button component="a" href={`/verify?provisioning=${started}`} size="md">
                {t('signup.verify.used.resume')}
              </Button>
            )}
            {!started && slug && (
              <Button
                component="a"
                href={`${location.protocol}//${tenantHost(slug, location.host)}`}
                size="md"
              >
                {t('signup.verify.used.open')}
              </Button>
            )}
            <Button component="a" href="/signup" size="md" variant="default">
              {t('signup.verify.again')}
            </Button>
          </>
        }
      />
    );
  if (code === 'token_expired' || code === 'slug_taken' || code === 'token_unknown') {
    const kind = code === 'token_expired' ? 'expired' : code === 'slug_taken' ? 'lost' : 'unknown';
    const Icon = kind === 'expired' ? IconClockX : kind === 'lost' ? IconMapPinX : IconLinkOff;
    return (
      <MessagePage
        icon={<Icon size={26} stroke={1.5} />}
        tone="warn"
        title={t(`signup.verify.${kind}.title`)}
        text={t(`signup.verify.${kind}.text`)}
        actions={<Again />}
      />
    );
  }
  if (error)
    return (
      <MessagePage
        icon={<IconPlugX size={26} stroke={1.5} />}
        tone="warn"
        title={t('signup.verify.failed.title')}
        text={
          <>
            {errorText(error)}{' '}
            {isApiError(error) && error.requestId && (
              <>
                {t('components.requestId')} <bdi dir="ltr">{error.requestId}</bdi>
              </>
            )}
          </>
        }
        actions={
          <Button size="md" onClick={() => verify.mutate()} loading={verify.isPending}>
            {t('components.retry')}
          </Button>
        }
      />
    );
  return (
    <MessagePage
      icon={<Loader size={22} />}
      title={t('signup.verify.checking')}
      text={t('signup.verify.checkingText')}
    />
  );
}
