import type { TFunction } from 'i18next';
import type { Frequency, Repeat } from './types';

export const FREQUENCIES: Frequency[] = ['daily', 'weekly', 'monthly', 'yearly'];
/** As the server names them; 0 is Sunday. */
export const WEEKDAYS = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'] as const;

/** The names of the days in a language, from the first day of its week. */
export function weekdayNames(locale: string, start: number, width: 'short' | 'long' = 'short') {
  const format = new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' });
  return Array.from({ length: 7 }, (_, i) => {
    const n = (start + i) % 7;
    // the 4th of January 2026 is a Sunday
    return { key: WEEKDAYS[n] as string, name: format.format(new Date(Date.UTC(2026, 0, 4 + n))) };
  });
}

type Words = { t: TFunction; locale: string; date: (day: string) => string };

/** "Every 2 weeks on Mon, Thu, until 31 Dec 2026" */
export function repeatText(r: Repeat, { t, locale, date }: Words): string {
  const every = t(`activities.repeat.every.${r.freq}`, { count: r.interval });
  const days =
    r.freq === 'weekly' && r.weekdays?.length
      ? t('activities.repeat.on', {
          days: new Intl.ListFormat(locale, { type: 'unit', style: 'short' }).format(
            weekdayNames(locale, 1)
              .filter((d) => r.weekdays?.includes(d.key))
              .map((d) => d.name),
          ),
        })
      : '';
  const end = r.until
    ? t('activities.repeat.untilDay', { day: date(r.until) })
    : r.count
      ? t('activities.repeat.times', { count: r.count })
      : '';
  return [every, days, end].filter(Boolean).join(t('activities.repeat.join'));
}

/** What travels: only what has a meaning for the frequency, and one end at most. */
export function cleanRepeat(r: Repeat | null): Repeat | null {
  if (!r) return null;
  return {
    freq: r.freq,
    interval: Math.max(1, Math.min(99, Math.round(r.interval) || 1)),
    ...(r.freq === 'weekly' && r.weekdays?.length ? { weekdays: r.weekdays } : {}),
    ...(r.until ? { until: r.until } : r.count ? { count: r.count } : {}),
  };
}
