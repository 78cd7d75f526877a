import type { Job } from '@/api/types';

type Step = Pick<Job, 'id' | 'status' | 'progress'>;

export const isOpen = (job: Pick<Job, 'status'>): boolean =>
  ['queued', 'running', 'paused'].includes(job.status);

/** How far a job is, in whole per cent. */
export function percentOf({ progress }: Pick<Step, 'progress'>): number {
  if (!progress?.total) return 0;
  return Math.max(0, Math.min(100, Math.floor((100 * progress.processed) / progress.total)));
}

/** The jobs that this tab saw running and that have ended now. What had ended before it came is no news. */
export function endedSince<J extends Step>(before: readonly J[] | null, now: readonly J[]): J[] {
  const running = new Set((before ?? []).filter(isOpen).map((job) => job.id));
  const known = new Set((before ?? []).map((job) => job.id));
  // one that was begun and had ended before it was ever seen running
  const quick = (job: J) => before !== null && !known.has(job.id);
  return now.filter(
    (job) => !isOpen(job) && job.status !== 'cancelled' && (running.has(job.id) || quick(job)),
  );
}
