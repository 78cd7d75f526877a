import type { ListSearch } from '@/lib/listSearch';

export const PERIODS = ['month', 'last_month', 'quarter', 'year', 'custom'] as const;
export type Period = (typeof PERIODS)[number];

const isDay = (v: string | undefined): v is string => Boolean(v && /^\d{4}-\d{2}-\d{2}$/.test(v));

export const periodOf = (search: ListSearch): Period =>
  PERIODS.find((p) => p === search.period) ?? (search.from || search.to ? 'custom' : 'month');

/** What the server is asked for, out of the page's address; what it does not know is left out. */
export function paramsOf(search: ListSearch): Record<string, string> {
  const out: Record<string, string> = {};
  const period = periodOf(search);
  if (period === 'custom') {
    if (isDay(search.from)) out.from = search.from;
    if (isDay(search.to)) out.to = search.to;
  } else out.period = period;
  for (const key of ['owner', 'team', 'pipeline', 'kind']) {
    const value = search[key];
    if (value) out[key] = value;
  }
  return out;
}
