import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import { useFormat } from '@/app/ui';
import { hasWords } from '@/lib/fold';
import { useCan } from '@/session/session';

export type RunningJob = { id: string; title: string; state: string; to: string };

/** Imports at work, as far as they fit what was typed: how far they are, and the way to their page. */
export function useRunning(words: readonly string[]): RunningJob[] {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const { data } = useQuery({
    queryKey: ['imports', 'running'],
    queryFn: ({ signal }) =>
      api.get('/imports', {
        query: { status: ['queued', 'running', 'paused'], limit: 5 },
        signal,
      }),
    enabled: can('clients.import') || can('leads.import') || can('users.manage'),
    staleTime: 0,
    // events tell of every step; this is for what they might miss
    refetchInterval: (q) => (q.state.data?.data.length ? 2000 : false),
    meta: { silent: true },
  });
  return (data?.data ?? [])
    .map((i) => ({
      id: i.id,
      title: i.filename,
      state: [
        t(i.task === 'undo' ? 'imports.task.undo' : `imports.status.${i.status}`),
        i.total && i.task !== 'undo' ? f.percent(Math.floor((100 * i.processed) / i.total) / 100) : null,
      ]
        .filter(Boolean)
        .join(' '),
      to: `/imports/${i.id}`,
    }))
    .filter((j) => hasWords(`${j.title} ${t('staff.palette.running')}`, words));
}
