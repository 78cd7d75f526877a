import { Button } from '@mantine/core';
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, RelativeTime, SkeletonLines, StatusPill } from '@/components';
import { useTitle } from '@/components/page/useTitle';
import { useView } from '@/components/page/useView';
import { ProvisioningSteps } from '@/components/provisioning/ProvisioningSteps';
import { useProvisioning } from '@/components/provisioning/useProvisioning';
import { type Provisioning, progressOf } from '@/lib/provisioning';
import o from './owner.module.css';
import c from './ProvisioningsPage.module.css';
import { useProvisionings, useRetry } from './query';

const readView = (raw: Record<string, unknown>) => ({ id: typeof raw.id === 'string' ? raw.id : '' });

/** What is being built and what stopped, with the reason and the way on. */
export function ProvisioningsPage() {
  const { t } = useTranslation();
  const failed = useProvisionings('failed');
  const running = useProvisionings('running');
  useTitle(t('owner.provisionings.title'));
  const error = failed.error ?? running.error;
  const quiet = failed.data?.data.length === 0 && running.data?.data.length === 0;
  return (
    <>
      <header className={o.top}>
        <h1 className={o.crumb}>{t('owner.provisionings.title')}</h1>
      </header>
      <div className={c.scroll}>
        {error && !failed.data && !running.data ? (
          <ErrorState
            error={error}
            onRetry={() => {
              void failed.refetch();
              void running.refetch();
            }}
          />
        ) : quiet ? (
          <EmptyState
            icon={<IconCircleCheck size={20} stroke={1.6} />}
            title={t('owner.provisionings.none')}
            text={t('owner.provisionings.noneText')}
          />
        ) : (
          <div className={c.page}>
            <Group title={t('owner.provisionings.failed')} rows={failed.data?.data} />
            <Group title={t('owner.provisionings.running')} rows={running.data?.data} />
          </div>
        )}
      </div>
    </>
  );
}

function Group({ title, rows }: { title: string; rows: Provisioning[] | undefined }) {
  if (rows && rows.length === 0) return null;
  return (
    <section className={c.group}>
      <h2 className={c.heading}>
        {title} {rows && <span className="dim num">{rows.length}</span>}
      </h2>
      {rows ? rows.map((row) => <Card key={row.id} initial={row} />) : <SkeletonLines lines={3} />}
    </section>
  );
}

function Card({ initial }: { initial: Provisioning }) {
  const { t } = useTranslation();
  // the open card is part of the address, so it stays open when a retry moves it to the other group
  const [view, setView] = useView(readView);
  const open = view.id === initial.id;
  const show = (on: boolean) => setView({ id: on ? initial.id : '' }, { replace: true });
  const retry = useRetry(initial.id);
  const progress = progressOf(initial);
  const step = progress.failed ?? progress.current;
  const name = step ? t(`provisioning.step.${step.name}`, { defaultValue: step.name }) : null;
  const failed = initial.status === 'failed';
  return (
    <article className={c.card}>
      <div className={c.line}>
        <div className={c.what}>
          <h3 className={c.slug}>
            <bdi>{initial.name ?? initial.slug}</bdi>
            <StatusPill
              label={t(`owner.provisionings.state.${initial.status}`)}
              hue={failed ? 'red' : initial.status === 'done' ? 'green' : 'blue'}
            />
          </h3>
          <p className={c.meta}>
            <bdi dir="ltr">{initial.slug}</bdi> <span aria-hidden>·</span>{' '}
            {name && (
              <>
                {t(failed ? 'owner.provisionings.stoppedAt' : 'owner.provisionings.at', { step: name })}{' '}
                <span aria-hidden>·</span>{' '}
              </>
            )}
            <RelativeTime at={initial.created_at} />
          </p>
        </div>
        <Button variant="subtle" color="gray" aria-expanded={open} onClick={() => show(!open)}>
          {t(open ? 'owner.provisionings.hide' : 'owner.provisionings.show')}
        </Button>
        {failed && (
          <Button
            leftSection={<IconRefresh size={14} />}
            loading={retry.isPending}
            onClick={() => retry.mutate(undefined, { onSuccess: () => show(true) })}
          >
            {t('owner.provisionings.retry')}
          </Button>
        )}
      </div>
      {failed && !open && (step?.error ?? initial.error) && (
        <bdi className={c.error} dir="ltr">
          {step?.error ?? initial.error}
        </bdi>
      )}
      {open && <Live id={initial.id} />}
    </article>
  );
}

/** Opened cards listen to their own stream. */
function Live({ id }: { id: string }) {
  const { data } = useProvisioning(id, { auth: true });
  return (
    <div className={c.steps}>
      <ProvisioningSteps provisioning={data} showErrors />
      <p className={c.id}>
        <bdi dir="ltr">{id}</bdi>
      </p>
    </div>
  );
}
