/** How far an import is, how fast it goes and how long it will take. Numbers only: nothing here reads a clock. */
export type Counts = {
  processed: number;
  total: number;
  created: number;
  updated: number;
  skipped: number;
  failed: number;
};
/** The rows done at a moment, in milliseconds. */
export type Sample = { at: number; processed: number };

/** What happened longer ago says little about what is left. */
export const WINDOW = 20_000;
/** Two looks closer together than this tell more of chance than of speed. */
const SHORTEST = 800;

/** The samples that still count, the new one included. A count that went back is another run: it starts anew. */
export function remember(samples: readonly Sample[], next: Sample): Sample[] {
  const last = samples.at(-1);
  if (last && next.processed < last.processed) return [next];
  if (last && next.at <= last.at) return [...samples];
  const kept = samples.filter((s) => next.at - s.at <= WINDOW);
  // nothing moved for the whole window: the last one says when it stood still
  return [...(kept.length || !last ? kept : [last]), next];
}

/** Rows per second over the samples; null while they say nothing. */
export function rateOf(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at - first.at < SHORTEST) return null;
  return ((last.processed - first.processed) * 1000) / (last.at - first.at);
}

/** Seconds until the end; null where nobody can tell. */
export function secondsLeft({ processed, total }: Pick<Counts, 'processed' | 'total'>, rate: number | null) {
  const left = total - processed;
  if (left <= 0) return total > 0 ? 0 : null;
  return rate && rate > 0 ? Math.ceil(left / rate) : null;
}

/** Whole per cent, never 100 before the end: a bar that is full and does not end is a lie. */
export function percent({ processed, total }: Pick<Counts, 'processed' | 'total'>): number {
  if (total <= 0) return 0;
  if (processed >= total) return 100;
  return Math.max(0, Math.min(99, Math.floor((100 * processed) / total)));
}

export const OUTCOMES = ['created', 'updated', 'skipped', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What became of the rows, in parts of the whole; what was not reached is the rest. */
export function parts(c: Counts): { key: Outcome; count: number; share: number }[] {
  const whole = Math.max(
    1,
    c.total,
    OUTCOMES.reduce((n, key) => n + c[key], 0),
  );
  return OUTCOMES.map((key) => ({ key, count: c[key], share: c[key] / whole }));
}

/** Rows that nothing happened to: an import that was cancelled leaves some. */
export const untouched = (c: Counts): number =>
  Math.max(0, c.total - OUTCOMES.reduce((n, key) => n + c[key], 0));

type Work = Counts & { task?: string | null; rows_estimate: number; restored: number; kept: number };
/** How far the work at hand is: a look through the file, the import, or the way back, which has rows of its own. */
export function workOf(i: Work): Counts {
  const none = { created: 0, updated: 0, skipped: 0, failed: 0 };
  if (i.task === 'preview')
    return { ...none, processed: i.processed, total: i.total || Math.max(i.rows_estimate, i.processed) };
  if (i.task !== 'undo') return i;
  const processed = i.restored + i.kept;
  return { ...none, processed, total: i.created + i.updated, created: i.restored, skipped: i.kept };
}
