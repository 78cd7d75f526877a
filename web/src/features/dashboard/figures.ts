import { addDays } from '@/lib/zone';

export type Day = { date: string; count: number };
/** One bar of the chart: a day, or several together. */
export type Bucket = { from: string; to: string; count: number };

/** More bars than this can't be told apart. */
const MOST_BARS = 95;
const WEEK = 7;

/** So many days that end with today, both included. */
export function lastDays(span: number, today: string): { from: string; to: string } {
  return { from: addDays(today, 1 - span), to: today };
}

/** The server leaves out days on which nothing happened: one entry for each of the last days, oldest first. */
export function everyDay(days: readonly Day[], span: number, today: string): Day[] {
  const counts = new Map(days.map((d) => [d.date, d.count]));
  return Array.from({ length: span }, (_, i) => {
    const date = addDays(today, i + 1 - span);
    return { date, count: counts.get(date) ?? 0 };
  });
}

/** The bars of a chart: days, or weeks where days would be too many. The last week ends with the last day. */
export function buckets(days: readonly Day[]): Bucket[] {
  const size = days.length > MOST_BARS ? WEEK : 1;
  const out: Bucket[] = [];
  for (let end = days.length; end > 0; end -= size) {
    const part = days.slice(Math.max(0, end - size), end);
    const [first, last] = [part[0], part.at(-1)];
    if (first && last)
      out.unshift({ from: first.date, to: last.date, count: part.reduce((n, d) => n + d.count, 0) });
  }
  return out;
}

/** The sum of the last days, and its change against the days before them; null when there is nothing to compare. */
export function recent(days: readonly Day[], span: number): { sum: number; change: number | null } {
  const add = (part: readonly Day[]) => part.reduce((n, d) => n + d.count, 0);
  const sum = add(days.slice(-span));
  const earlier = days.slice(-2 * span, -span);
  const before = add(earlier);
  return { sum, change: earlier.length === span && before > 0 ? (sum - before) / before : null };
}

/** A scale that ends at a round number and has about four steps, all of them whole. */
export function scaleOf(max: number): number[] {
  const rough = Math.max(1, max) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 2.5, 5, 10].find((n) => n * power >= rough) ?? 10) * power);
  const whole = Math.ceil(step);
  const top = Math.max(1, Math.ceil(max / whole));
  return Array.from({ length: top + 1 }, (_, i) => i * whole);
}

export type Slice = { key: string; label: string; count: number };

/** Largest first; what does not fit is counted, never dropped silently. */
export function topOf(items: Slice[], max: number): { shown: Slice[]; rest: number } {
  const sorted = [...items].filter((i) => i.count > 0).sort((a, b) => b.count - a.count);
  return { shown: sorted.slice(0, max), rest: Math.max(0, sorted.length - max) };
}
