import { Button } from '@mantine/core';
import { IconArrowRight, IconConfetti, IconHourglassHigh, IconLinkOff, IconPlugX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { errorText } from '@/components';
import { MessagePage } from '@/components/page/MessagePage';
import { ProvisioningSteps } from '@/components/provisioning/ProvisioningSteps';
import { useProvisioning } from '@/components/provisioning/useProvisioning';
import c from './ProgressPage.module.css';

const REDIRECT = 2200;

/** The CRM being built, step by step; at the end it opens by itself. */
export function ProgressPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, error, refetch, isFetching, channel } = useProvisioning(id, { auth: false });
  const status = data?.status;
  const url = data?.tenant_url ?? null;
  const address = url ? new URL(url).host : data?.slug;

  if (!data && error) {
    // also an id that is none, or one that only the owner may see
    const gone = isApiError(error) && [400, 401, 403, 404, 422].includes(error.status);
    return (
      <MessagePage
        icon={gone ? <IconLinkOff size={26} stroke={1.5} /> : <IconPlugX size={26} stroke={1.5} />}
        tone="warn"
        title={t(gone ? 'signup.progress.unknown' : 'signup.verify.failed.title')}
        text={gone ? t('signup.progress.unknownText') : errorText(error)}
        actions={
          gone ? (
            <Button component="a" href="/signup" size="md">
              {t('signup.verify.again')}
            </Button>
          ) : (
            <Button size="md" onClick={() => void refetch()} loading={isFetching}>
              {t('components.retry')}
            </Button>
          )
        }
      />
    );
  }
  return (
    <div className={c.page}>
      <div className={c.card} data-status={status}>
        <header className={c.head}>
          {status === 'done' && (
            <span className={c.icon} data-tone="pos" aria-hidden>
              <IconConfetti size={24} stroke={1.5} />
            </span>
          )}
          {status === 'failed' && (
            <span className={c.icon} data-tone="warn" aria-hidden>
              <IconHourglassHigh size={24} stroke={1.5} />
            </span>
          )}
          <h1 className={c.title}>{t(`signup.progress.${status ?? 'running'}`)}</h1>
          <p className={c.text}>
            {status === 'failed' ? (
              t('signup.progress.failedText')
            ) : status === 'done' ? (
              t('signup.progress.doneText')
            ) : (
              <>
                {t('signup.progress.runningText')}{' '}
                <bdi className={c.address} dir="ltr">
                  {address}
                </bdi>
              </>
            )}
          </p>
        </header>
        {status === 'done' && url && <Ready url={url} address={address ?? url} />}
        <ProvisioningSteps provisioning={data} />
        {status === 'failed' && (
          <div className={c.foot}>
            <p>
              {t('signup.progress.contact')} <bdi dir="ltr">{id}</bdi>
            </p>
            <Button variant="default" onClick={() => void refetch()} loading={isFetching}>
              {t('signup.progress.look')}
            </Button>
          </div>
        )}
        {status !== 'done' && status !== 'failed' && (
          <p className={c.hint}>
            {channel === 'polling' ? t('signup.progress.polling') : t('signup.progress.leave')}
          </p>
        )}
      </div>
    </div>
  );
}

function Ready({ url, address }: { url: string; address: string }) {
  const { t } = useTranslation();
  const [stay, setStay] = useState(false);
  useEffect(() => {
    if (stay) return;
    const timer = setTimeout(() => location.assign(url), REDIRECT);
    return () => clearTimeout(timer);
  }, [url, stay]);
  return (
    <div className={c.ready}>
      <Button component="a" href={url} size="md" rightSection={<IconArrowRight size={16} className="flip" />}>
        {t('signup.progress.open')}
      </Button>
      <span className={c.going}>
        {stay ? (
          <bdi dir="ltr">{address}</bdi>
        ) : (
          <>
            {t('signup.progress.going')}{' '}
            <button type="button" className={c.stay} onClick={() => setStay(true)}>
              {t('signup.progress.stay')}
            </button>
          </>
        )}
      </span>
    </div>
  );
}
