import { Button, Popover, UnstyledButton } from '@mantine/core';
import { IconCheck, IconProgress } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import { ApiError } from '@/api/errors';
import { type Job, record } from '@/api/types';
import { useFormat } from '@/app/ui';
import { RelativeTime, toast } from '@/components';
import { download } from '@/components/export';
import { useTakeBack } from '@/data/bulk';
import { useMe } from '@/session/session';
import c from './JobsMenu.module.css';
import { endedSince, isOpen, percentOf } from './jobs';

/** One's own jobs, wherever they were begun: the server knows them, so they are here after a reload, too. */
export function JobsMenu() {
  const { t } = useTranslation();
  const f = useFormat();
  const qc = useQueryClient();
  const [opened, setOpened] = useState(false);
  const takeBack = useTakeBack();
  const { user } = useMe();
  const { data } = useQuery({
    queryKey: ['jobs', 'mine', user.id],
    queryFn: ({ signal }) => api.get('/jobs', { query: { mine: true }, signal }),
    // events tell of every step; this is for what they might miss
    refetchInterval: (q) => (q.state.data?.data.some(isOpen) ? 5000 : false),
    meta: { silent: true },
  });
  const cancel = useMutation({
    mutationFn: (id: string) => api.post('/jobs/{id}/cancel', { path: { id } }),
    onSettled: () => qc.invalidateQueries({ queryKey: ['jobs'] }),
  });
  const jobs = data?.data ?? [];
  const open = jobs.filter(isOpen);
  const before = useRef<Job[] | null>(null);
  const say = useRef<(job: Job) => void>(undefined);
  say.current = (job) => {
    const made = fileOf(job);
    if (job.status === 'done' && made)
      return toast.news(
        t('export.ready', { count: made.rows, n: f.int(made.rows) }),
        t('export.download'),
        () => {
          download(made.id).catch((e: unknown) => toast.failure(e));
        },
      );
    if (job.status === 'failed' && job.kind === EXPORT)
      return toast.failure(new ApiError(409, { code: 'job_failed', message: t('export.failed') }));
    if (job.status === 'failed')
      return toast.failure(new ApiError(409, { code: 'job_failed', message: t('bulk.jobs.failed') }));
    // the page of an import says all of it, and a toast would lie over its buttons
    if (job.kind.startsWith('import') && location.pathname.startsWith('/imports/')) return;
    const { undo_id } = job;
    const count = Number(record(job.result).updated ?? 0);
    if (job.status === 'done' && undo_id && count)
      toast.undo(t('bulk.jobs.finished', { count, n: f.int(count) }), () => takeBack.mutate(undo_id), {
        ms: 12_000,
      });
    else toast.done(resultOf(job, t, f.int) ?? t(`settings.jobs.state.${job.status}`));
  };
  useEffect(() => {
    if (!data) return;
    for (const job of endedSince(before.current, data.data)) say.current?.(job);
    before.current = data.data;
  }, [data]);
  if (!jobs.length) return null;
  const progress = `${f.int(total(open))}%`;
  const label = open.length
    ? `${progress} · ${t('bulk.jobs.open', { count: open.length })}`
    : t('bulk.jobs.idle');
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={340} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={c.button}
          data-open={open.length > 0 || undefined}
          data-testid="jobs"
          aria-label={label}
          aria-expanded={opened}
          onClick={() => setOpened((v) => !v)}
        >
          {open.length ? (
            <IconProgress size={16} className={c.turning} aria-hidden />
          ) : (
            <IconCheck size={16} aria-hidden />
          )}
          {open.length > 0 && <span className="num">{progress}</span>}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={c.pop} aria-label={t('bulk.jobs.title')}>
        <ul className={c.list} aria-label={t('bulk.jobs.title')}>
          {jobs.slice(0, 8).map((job) => (
            <li key={job.id} className={c.job} data-status={job.status}>
              <div className={c.line}>
                <b>
                  {job.subject?.kind === 'import' ? (
                    <Link
                      to={`/imports/${job.subject.id}`}
                      className={c.link}
                      onClick={() => setOpened(false)}
                    >
                      {nameOf(job, t)}
                    </Link>
                  ) : (
                    nameOf(job, t)
                  )}
                </b>
                <span className={c.state}>
                  {isOpen(job) && job.progress
                    ? t('bulk.jobs.progress', {
                        processed: f.int(job.progress.processed),
                        total: f.int(job.progress.total),
                      })
                    : t(`settings.jobs.state.${job.status}`)}
                </span>
              </div>
              {isOpen(job) && (
                <div
                  className={c.track}
                  role="progressbar"
                  aria-label={t('bulk.jobs.title')}
                  aria-valuenow={percentOf(job)}
                  aria-valuemin={0}
                  aria-valuemax={100}
                >
                  <i style={{ inlineSize: `${percentOf(job)}%` }} />
                </div>
              )}
              <div className={c.line}>
                <span className={c.quiet}>
                  {resultOf(job, t, f.int) ?? <RelativeTime at={job.created_at} />}
                </span>
                {job.cancellable && (
                  <Button
                    variant="default"
                    size="compact-xs"
                    loading={cancel.isPending && cancel.variables === job.id}
                    onClick={() => cancel.mutate(job.id)}
                  >
                    {t('bulk.jobs.cancel')}
                  </Button>
                )}
                {fileOf(job) && (
                  <Button
                    variant="default"
                    size="compact-xs"
                    onClick={() => {
                      download(fileOf(job)?.id ?? '').catch((e: unknown) => toast.failure(e));
                    }}
                  >
                    {t('export.download')}
                  </Button>
                )}
                {!isOpen(job) &&
                  job.undo_id &&
                  !(takeBack.isSuccess && takeBack.variables === job.undo_id) && (
                    <Button
                      variant="default"
                      size="compact-xs"
                      loading={takeBack.isPending && takeBack.variables === job.undo_id}
                      onClick={() => job.undo_id && takeBack.mutate(job.undo_id)}
                    >
                      {t('bulk.jobs.undo')}
                    </Button>
                  )}
              </div>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

const nameOf = (job: Job, t: T): string =>
  t(`bulk.jobs.name.${job.kind.replaceAll('.', '_')}`, { defaultValue: job.kind });

const EXPORT = 'exports.run';
/** The file that a job has made. */
function fileOf(job: Job): { id: string; rows: number } | null {
  const { export_id, rows } = record(job.result);
  return job.status === 'done' && typeof export_id === 'string'
    ? { id: export_id, rows: Number(rows) }
    : null;
}

const total = (open: Job[]): number =>
  Math.floor(open.reduce((sum, job) => sum + percentOf(job), 0) / open.length);

type T = ReturnType<typeof useTranslation>['t'];
/** What came of a job, once it has ended. */
function resultOf(job: Job, t: T, int: (n: number) => string): string | null {
  const { created, updated, restored, skipped, kept } = record(job.result) as Record<
    string,
    number | undefined
  >;
  if (isOpen(job)) return null;
  const made = fileOf(job);
  if (made) return t('export.rows', { count: made.rows, n: int(made.rows) });
  if (created !== undefined) {
    const count = created + (updated ?? 0);
    return t('bulk.jobs.imported', { count, n: int(count) });
  }
  if (updated !== undefined) return t('bulk.jobs.finished', { count: updated, n: int(updated) });
  if (restored !== undefined)
    return t('bulk.jobs.restored', { restored: int(restored), skipped: int(skipped ?? kept ?? 0) });
  return null;
}
