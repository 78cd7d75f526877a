/** Number and date formatting. Amounts and numbers stay one left-to-right run, also inside Arabic text and SVG labels. */
const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();
const relatives = new Map<string, Intl.RelativeTimeFormat>();

const cached = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const hit = map.get(key) ?? make();
  map.set(key, hit);
  return hit;
};
/** Western digits in both languages: figures are compared across languages all day in this trade. */
const tag = (locale: string) => (locale === 'ar' ? 'ar-u-nu-latn' : locale);
const isolate = (text: string) => `\u2066${text}\u2069`;

export function money(amount: string | number, currency: string, compact = false): string {
  const value = typeof amount === 'number' ? amount : Number(amount);
  if (!Number.isFinite(value)) return '—';
  const format = (c: string | null) =>
    cached(
      numbers,
      `${c}:${compact}`,
      () =>
        new Intl.NumberFormat('en', {
          ...(c ? { style: 'currency' as const, currency: c, currencyDisplay: 'narrowSymbol' as const } : {}),
          notation: compact ? 'compact' : 'standard',
          maximumFractionDigits: compact ? 1 : 2,
          minimumFractionDigits: compact ? 0 : 2,
        }),
    );
  try {
    return isolate(format(currency).format(value));
  } catch {
    return isolate(`${format(null).format(value)} ${currency}`);
  }
}

export const integer = (locale: string, value: number): string =>
  cached(numbers, `int:${locale}`, () => new Intl.NumberFormat(tag(locale))).format(value);

export const percent = (locale: string, value: number): string =>
  cached(
    numbers,
    `pct:${locale}`,
    () =>
      new Intl.NumberFormat(locale === 'ar' ? 'en' : locale, { style: 'percent', maximumFractionDigits: 1 }),
  ).format(value);

export const bytes = (locale: string, value: number): string => {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  let n = value;
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit += 1;
  }
  // "byte" written out reads oddly in a column of kB and MB
  if (!unit) return `${integer(locale, n)}\u00a0B`;
  return cached(
    numbers,
    `b:${locale}:${unit}`,
    () =>
      new Intl.NumberFormat(tag(locale), {
        style: 'unit',
        unit: units[unit],
        unitDisplay: 'short',
        maximumFractionDigits: unit ? 1 : 0,
      }),
  ).format(n);
};

/** Named parts rather than a style: the Arabic numeric style mixes directions. */
const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };

const dateOf = (locale: string, key: string, options: Intl.DateTimeFormatOptions) =>
  cached(dates, `${locale}:${key}`, () => new Intl.DateTimeFormat(tag(locale), options));

export const date = (locale: string, iso: string): string => {
  const plain = /^\d{4}-\d{2}-\d{2}$/.test(iso);
  return safe(iso, (d) =>
    dateOf(locale, plain ? 'day-utc' : 'day', {
      ...DAY,
      ...(plain ? { timeZone: 'UTC' } : {}),
    }).format(d),
  );
};
export const dateTime = (locale: string, iso: string): string =>
  safe(iso, (d) => dateOf(locale, 'full', { ...DAY, hour: 'numeric', minute: '2-digit' }).format(d));
export const time = (locale: string, iso: string): string =>
  safe(iso, (d) => dateOf(locale, 'time', { hour: 'numeric', minute: '2-digit' }).format(d));
export const weekday = (locale: string, iso: string): string =>
  safe(iso, (d) => dateOf(locale, 'weekday', { weekday: 'short', day: 'numeric', month: 'short' }).format(d));
/** "3 d 4 h": the two largest units of a length of time. */
export function lasting(locale: string, seconds: number): string {
  const units: [Intl.NumberFormatOptions['unit'], number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const part = (unit: string, n: number) =>
    cached(
      numbers,
      `last:${locale}:${unit}`,
      () => new Intl.NumberFormat(tag(locale), { style: 'unit', unit, unitDisplay: 'short' }),
    ).format(n);
  const at = units.findIndex(([, size]) => seconds >= size);
  if (at < 0) return part('second', Math.max(0, Math.floor(seconds)));
  const [unit = 'day', size] = units[at] as [string, number];
  const whole = Math.floor(seconds / size);
  const [less, smaller] = units[at + 1] ?? [];
  const rest = smaller ? Math.floor((seconds - whole * size) / smaller) : 0;
  return rest && less && whole < 10 ? `${part(unit, whole)} ${part(less, rest)}` : part(unit, whole);
}
export const shortDay = (locale: string, iso: string): string =>
  safe(iso, (d) => dateOf(locale, 'short', { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(d));

function safe(iso: string, f: (d: Date) => string): string {
  const d = new Date(iso);
  return Number.isNaN(d.getTime()) ? '—' : f(d);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
];
export function relativeTime(locale: string, iso: string, now = Date.now()): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return '—';
  const seconds = Math.round((at - now) / 1000);
  const format = cached(
    relatives,
    locale,
    () => new Intl.RelativeTimeFormat(tag(locale), { numeric: 'auto', style: 'narrow' }),
  );
  for (const [unit, size] of STEPS)
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  return format.format(0, 'second');
}

const regions = new Map<string, Intl.DisplayNames>();
export function countryName(locale: string, code: string): string {
  try {
    return (
      cached(regions, locale, () => new Intl.DisplayNames([tag(locale)], { type: 'region' })).of(code) ?? code
    );
  } catch {
    return code;
  }
}

const languages = new Map<string, Intl.DisplayNames>();
export function languageName(locale: string, code: string): string {
  try {
    return (
      cached(languages, locale, () => new Intl.DisplayNames([tag(locale)], { type: 'language' })).of(code) ??
      code
    );
  } catch {
    return code;
  }
}

export const initials = (name: string): string =>
  name
    .trim()
    .split(/\s+/)
    .filter((_, i, all) => i === 0 || i === all.length - 1)
    .map((p) => [...p][0]?.toUpperCase() ?? '')
    .join('');
export const hueOf = (text: string): number =>
  [...text].reduce((a, c) => (a * 31 + (c.codePointAt(0) ?? 0)) % 360, 7);
