/** Dates as files have them. Only to show what a format would make of a sample: the server reads the file. */
export const DATE_FORMATS = [
  'YYYY-MM-DD',
  'DD/MM/YYYY',
  'MM/DD/YYYY',
  'DD.MM.YYYY',
  'DD-MMM-YYYY',
  'YYYYMMDD',
] as const;

// names of the months in the languages that the server knows; the first three letters tell them apart
const MONTHS = [
  'jan jän ene',
  'feb fév fev',
  'mar mär mae',
  'apr avr abr',
  'may mai',
  'jun juin',
  'jul juil',
  'aug aoû aou ago',
  'sep',
  'oct okt',
  'nov',
  'dec dez déc dic',
];
const monthOf = (word: string): number =>
  1 +
  MONTHS.findIndex((names) =>
    names.split(' ').some((n) => word.length >= 3 && word.toLowerCase().startsWith(n)),
  );

/** Of two digits, those up to 68 are of this century. */
const yearOf = (text: string): number => {
  if (text.length === 2) return Number(text) + (Number(text) <= 68 ? 2000 : 1900);
  return text.length === 4 ? Number(text) : 0;
};

function iso(year: number, month: number, day: number): string | null {
  if (!(year >= 1000)) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? date.toISOString().slice(0, 10) : null;
}

function named(text: string): string | null {
  const [a = '', b = '', year = ''] = text.split(/[\s\-/.,]+/).filter(Boolean);
  const [x, y] = [monthOf(a), monthOf(b)];
  if (x > 0 === y > 0) return null;
  const day = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(x ? b : a)?.[1];
  return day && /^\d+$/.test(year) ? iso(yearOf(year), x || y, Number(day)) : null;
}

/** A sample read by a format, as an ISO day; null where it does not fit or there is no such day. */
export function readDate(text: string, format: string): string | null {
  if (format === 'DD-MMM-YYYY') return named(text);
  if (format === 'YYYYMMDD') {
    const [, year = '', month, day] = /^\s*((?:19|20)\d\d)(\d\d)(\d\d)(?:[T\s].*)?$/.exec(text) ?? [];
    return iso(Number(year), Number(month), Number(day));
  }
  const [, first, one, second, two, third] =
    /^\s*(\d{1,4})([-/.])(\d{1,2})([-/.])(\d{1,4})(?:[T\s].*)?$/.exec(text) ?? [];
  if (!first || one !== two) return null;
  // dots are their own way of writing; dashes stand for slashes
  if (!format.startsWith('Y') && (one === '.') !== format.includes('.')) return null;
  const parts = [first, second ?? '', third ?? ''];
  const at = (part: string) => parts[format.split(/[-/.]/).findIndex((p) => p.startsWith(part))] ?? '';
  const [year, month, day] = [at('Y'), at('M'), at('D')];
  if (month.length > 2 || day.length > 2 || (format.startsWith('Y') && year.length !== 4)) return null;
  return iso(yearOf(year), Number(month), Number(day));
}
