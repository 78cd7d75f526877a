import { Button } from '@mantine/core';
import { IconCircleDot, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { JobStatus } from '@/api/types';
import { useFormat } from '@/app/ui';
import {
  Dash,
  EmptyState,
  ErrorState,
  type Hue,
  RelativeTime,
  SkeletonLines,
  StatusPill,
  toast,
} from '@/components';
import { FilterBar, type FilterDef } from '@/components/list';
import { useList } from '@/data/lists';
import { humanise } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import c from '../settings.module.css';

const HUES: Record<JobStatus, Hue> = {
  queued: 'grey',
  running: 'blue',
  paused: 'amber',
  done: 'green',
  failed: 'red',
  cancelled: 'grey',
  undone: 'violet',
};
const SHOWN: JobStatus[] = ['queued', 'running', 'done', 'failed', 'cancelled'];

export function JobsPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const qc = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const list = useList(
    'jobs',
    useMemo(() => apiQuery(search, ['status']), [search]),
    50,
  );
  const retry = useMutation({
    mutationFn: (id: string) => api.post('/jobs/{id}/retry', { path: { id } }),
    onSuccess: () => {
      toast.done(t('settings.jobs.retried'));
      void qc.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  const cancel = useMutation({
    mutationFn: (id: string) => api.post('/jobs/{id}/cancel', { path: { id } }),
    onSuccess: () => toast.done(t('settings.jobs.cancelledNow')),
    onSettled: () => qc.invalidateQueries({ queryKey: ['jobs'] }),
  });
  const filters = useMemo<FilterDef[]>(
    () => [
      {
        key: 'status',
        label: t('settings.jobs.status'),
        icon: IconCircleDot,
        options: SHOWN.map((s) => ({ value: s, label: t(`settings.jobs.state.${s}`), hue: HUES[s] })),
      },
    ],
    [t],
  );
  const { query, rows } = list;
  const kindName = (kind: string) =>
    t(`settings.jobs.name.${kind.replaceAll('.', '_')}`, { defaultValue: humanise(kind) });
  return (
    <div className={c.column}>
      <div className={c.bar}>
        <FilterBar
          filters={filters}
          search={search}
          onChange={(next) => void navigate({ to: '.', search: next as never, replace: true })}
        />
        <span className={c.grow} />
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconRefresh size={14} aria-hidden />}
          loading={query.isRefetching}
          onClick={() => void query.refetch()}
        >
          {t('settings.jobs.refresh')}
        </Button>
      </div>
      <section className={c.scroll} aria-label={t('settings.jobs.title')} tabIndex={0}>
        {query.isLoading && (
          <div className={c.page}>
            <SkeletonLines lines={10} gap={26} />
          </div>
        )}
        {query.isError && !rows.length && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.isSuccess && !rows.length && <EmptyState title={t('settings.jobs.nothing')} />}
        {rows.length > 0 && (
          <table className={c.table}>
            <thead>
              <tr>
                <th scope="col">{t('settings.jobs.kind')}</th>
                <th scope="col">{t('settings.jobs.status')}</th>
                <th scope="col">{t('settings.jobs.attempts')}</th>
                <th scope="col">{t('settings.jobs.error')}</th>
                <th scope="col">{t('settings.jobs.created')}</th>
                <th scope="col">{t('settings.jobs.finished')}</th>
                <th scope="col">
                  <span className="sr-only">{t('settings.jobs.retry')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((j) => (
                <tr key={j.id}>
                  <th scope="row" className={c.nowrap} title={j.kind}>
                    {kindName(j.kind)}
                  </th>
                  <td className={c.nowrap}>
                    <StatusPill
                      label={
                        j.dead
                          ? t('settings.jobs.dead')
                          : t(`settings.jobs.state.${j.status}`, { defaultValue: humanise(j.status) })
                      }
                      hue={HUES[j.status] ?? 'grey'}
                    />
                  </td>
                  <td className="num">
                    <bdi dir="ltr">
                      {f.int(j.attempts)} / {f.int(j.max_attempts)}
                    </bdi>
                  </td>
                  <td>{j.error ? <bdi className={c.error}>{j.error}</bdi> : <Dash />}</td>
                  <td className={c.nowrap}>
                    <RelativeTime at={j.created_at} />
                  </td>
                  <td className={c.nowrap}>
                    <RelativeTime at={j.finished_at} />
                  </td>
                  <td>
                    {j.cancellable && can('jobs.manage') && (
                      <Button
                        variant="default"
                        size="compact-sm"
                        loading={cancel.isPending && cancel.variables === j.id}
                        onClick={() => cancel.mutate(j.id)}
                      >
                        {t('settings.jobs.cancel')}
                        <span className="sr-only"> {kindName(j.kind)}</span>
                      </Button>
                    )}
                    {j.status === 'failed' && can('jobs.manage') && (
                      <Button
                        variant="default"
                        size="compact-sm"
                        loading={retry.isPending && retry.variables === j.id}
                        onClick={() => retry.mutate(j.id)}
                      >
                        {t('settings.jobs.retry')}
                        <span className="sr-only"> {kindName(j.kind)}</span>
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {query.hasNextPage && (
          <div className={c.foot}>
            <Button variant="default" loading={query.isFetchingNextPage} onClick={list.more}>
              {t('components.showMore')}
            </Button>
          </div>
        )}
      </section>
    </div>
  );
}
