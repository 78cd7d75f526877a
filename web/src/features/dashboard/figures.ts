import type { ClientDashboard } from '@/api/types';

type Days = ClientDashboard['per_day'];

/** The sum of the last days, and its change against the days before them; null when there is nothing to compare. */
export function recent(days: Days, span: number): { sum: number; change: number | null } {
  const add = (part: Days) => part.reduce((n, d) => n + d.count, 0);
  const sum = add(days.slice(-span));
  const earlier = days.slice(-2 * span, -span);
  const before = add(earlier);
  return { sum, change: earlier.length === span && before > 0 ? (sum - before) / before : null };
}

export type Slice = { key: string; label: string; count: number };

/** Largest first; what does not fit is counted, never dropped silently. */
export function topOf(items: Slice[], max: number): { shown: Slice[]; rest: number } {
  const sorted = [...items].filter((i) => i.count > 0).sort((a, b) => b.count - a.count);
  return { shown: sorted.slice(0, max), rest: Math.max(0, sorted.length - max) };
}
