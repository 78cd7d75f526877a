/** Days and clock times of one time zone, without a library. A day is `2026-11-27`. */
export type Wall = { day: string; minutes: number };

const DAY = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  clocks.set(zone, clock);
  return clock;
}

/** Whether the browser knows the zone. */
export function isZone(zone: string): boolean {
  try {
    return Boolean(clockOf(zone));
  } catch {
    return false;
  }
}

/** What calendar and clock of the zone show at an instant. */
export function wallOf(at: Date | string, zone: string): Wall {
  const parts: Record<string, string> = {};
  for (const p of clockOf(zone).formatToParts(new Date(at))) parts[p.type] = p.value;
  return {
    day: `${(parts.year ?? '').padStart(4, '0')}-${parts.month}-${parts.day}`,
    minutes: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

/** The day that it is in the zone. */
export const todayIn = (zone: string, now = new Date()): string => wallOf(now, zone).day;

const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const ahead = (at: number, zone: string): number => {
  const wall = wallOf(new Date(at), zone);
  return utc(wall.day) + wall.minutes * 60_000 - at;
};

/** The instant at which the zone shows this; a time that a clock change leaves out becomes the one after it. */
export function instantOf(day: string, minutes: number, zone: string): Date {
  const shown = utc(day) + minutes * 60_000;
  // by the clock of the day before and by that of the day after
  const ways = [-DAY, DAY].map((near) => shown - ahead(shown + near, zone));
  const right = ways.filter((at) => at + ahead(at, zone) === shown);
  return new Date(right.length ? Math.min(...right) : Math.max(...ways));
}

export const addDays = (day: string, days: number): string =>
  new Date(utc(day) + days * DAY).toISOString().slice(0, 10);
/** 0 is Sunday. */
export const weekdayOf = (day: string): number => new Date(utc(day)).getUTCDay();
export const daysBetween = (from: string, to: string): number => Math.round((utc(to) - utc(from)) / DAY);
/** The same day of another month, or its last one. */
export function addMonths(day: string, months: number): string {
  const at = new Date(utc(day));
  const wanted = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(wanted, last));
  return at.toISOString().slice(0, 10);
}

/** The first day of a week where the language's people live; 0 is Sunday. */
export function firstWeekday(locale: string): number {
  type Weeks = { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };
  const own = typeof navigator !== 'undefined' && navigator.language.startsWith(locale);
  const known = new Intl.Locale(own ? navigator.language : locale) as Weeks;
  const first = (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay;
  if (first) return first % 7;
  return locale.startsWith('ar') ? 6 : 1;
}

export const weekOf = (day: string, start: number): string =>
  addDays(day, -((weekdayOf(day) - start + 7) % 7));

export const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
