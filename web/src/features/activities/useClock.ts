import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useUi } from '@/app/ui';
import { addDays, firstWeekday, here, todayIn, wallOf } from '@/lib/zone';
import { useZone } from '@/session/session';

/** Western digits, as everywhere in this app. */
const tag = (locale: string) => (locale === 'ar' ? 'ar-u-nu-latn' : locale);

const HALF_A_YEAR = 182 * 86_400_000;
/** Whether two zones show another time, in this half of the year or in the other. */
const differ = (a: string, b: string): boolean =>
  a !== b &&
  [0, HALF_A_YEAR].some((later) => {
    const at = new Date(Date.now() + later);
    const [one, two] = [wallOf(at, a), wallOf(at, b)];
    return one.day !== two.day || one.minutes !== two.minutes;
  });

/** Dates and times of the company's time zone, in the language at hand. */
export function useClock() {
  const { t } = useTranslation();
  const { locale } = useUi();
  const zone = useZone();
  return useMemo(() => {
    const format = (options: Intl.DateTimeFormatOptions, timeZone = zone) => {
      const f = new Intl.DateTimeFormat(tag(locale), { ...options, timeZone });
      return (at: string | Date) => f.format(new Date(at));
    };
    const time = format({ hour: 'numeric', minute: '2-digit' });
    const near = format({ weekday: 'short', day: 'numeric', month: 'short' });
    const far = format({ day: 'numeric', month: 'short', year: 'numeric' });
    const today = () => todayIn(zone);
    const dayWords = (day: string, at: string) => {
      const now = today();
      if (day === now) return t('activities.due.today');
      if (day === addDays(now, 1)) return t('activities.due.tomorrow');
      if (day === addDays(now, -1)) return t('activities.due.yesterday');
      return day.slice(0, 4) === now.slice(0, 4) ? near(at) : far(at);
    };
    return {
      zone,
      locale,
      /** Whether the person's own clock shows something else. */
      foreign: differ(zone, here()),
      weekStart: firstWeekday(locale),
      tag: tag(locale),
      today,
      time,
      /** Of a plain day, `2026-11-27`. */
      day: format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, 'UTC'),
      shortDay: format({ weekday: 'short', day: 'numeric', month: 'short' }, 'UTC'),
      date: format({ day: 'numeric', month: 'short', year: 'numeric' }, 'UTC'),
      month: format({ month: 'long', year: 'numeric' }, 'UTC'),
      when: (at: string, allDay: boolean) => {
        const words = dayWords(wallOf(at, zone).day, at);
        return allDay ? words : t('activities.due.at', { day: words, time: time(at) });
      },
    };
  }, [zone, locale, t]);
}
export type Clock = ReturnType<typeof useClock>;
