import type { ClientDashboard } from '@/api/types';

type Days = ClientDashboard['per_day'];

const DAY = 86_400_000;

/** The server leaves out days on which nothing happened: one entry for each of the last days (UTC), oldest first. */
export function everyDay(days: Days, span: number, now = Date.now()): Days {
  const counts = new Map(days.map((d) => [d.date, d.count]));
  return Array.from({ length: span }, (_, i) => {
    const date = new Date(now - (span - 1 - i) * DAY).toISOString().slice(0, 10);
    return { date, count: counts.get(date) ?? 0 };
  });
}

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
