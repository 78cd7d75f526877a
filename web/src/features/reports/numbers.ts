import type { ActivityDay } from './types';
import { TYPES } from './types';

/** The change against before; null when there is nothing to compare with. */
export const changeOf = (now: number, before: number): number | null =>
  before > 0 && Number.isFinite(now) ? (now - before) / before : null;

/** A scale from zero that ends at a round number and has about four steps. */
export function scaleOf(max: number, whole: boolean): number[] {
  if (!(max > 0)) return whole ? [0, 1] : [0, 100];
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = ([1, 2, 2.5, 5, 10].find((n) => n * power >= rough) ?? 10) * power;
  if (whole) step = Math.max(1, Math.ceil(step));
  const top = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: top + 1 }, (_, i) => i * step);
}

const DAY = 86_400_000;
const MOST = 62;
const utc = (day: string) => Date.parse(`${day}T00:00:00Z`);
const dayAt = (at: number) => new Date(at).toISOString().slice(0, 10);

export type DayGroup = { from: string; to: string; counts: number[]; total: number };

/** Every day of the period, the empty ones too; weeks or more where days would be too many. */
export function groupsOf(days: readonly ActivityDay[], from: string, to: string): DayGroup[] {
  const count = Math.max(1, Math.round((utc(to) - utc(from)) / DAY) + 1);
  const size = count <= MOST ? 1 : count <= MOST * 7 ? 7 : 28;
  const groups: DayGroup[] = Array.from({ length: Math.ceil(count / size) }, (_, i) => {
    const first = utc(from) + i * size * DAY;
    const last = Math.min(first + (size - 1) * DAY, utc(to));
    return { from: dayAt(first), to: dayAt(last), counts: TYPES.map(() => 0), total: 0 };
  });
  for (const d of days) {
    const group = groups[Math.floor((utc(d.date) - utc(from)) / DAY / size)];
    if (!group) continue;
    TYPES.forEach((type, i) => {
      group.counts[i] = (group.counts[i] ?? 0) + d[type];
      group.total += d[type];
    });
  }
  return groups;
}

/** The last day of a month written as `2026-12`. */
export const lastDay = (month: string): string => {
  const [year = 0, m = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, m, 0)).toISOString().slice(0, 10);
};

export const dayBefore = (day: string): string => dayAt(utc(day) - DAY);
export const dayAfter = (day: string): string => dayAt(utc(day) + DAY);
