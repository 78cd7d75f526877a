/** Dates as files have them. Only to show what a format would make of a sample: the server reads the file. */
export const DATE_FORMATS = ['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY'] as const;

/** A sample read by a format, as an ISO day; null where it does not fit or there is no such day. */
export function readDate(text: string, format: string): string | null {
  const [, first, one, second, two, third] =
    /^\s*(\d{1,4})([-/.])(\d{1,2})([-/.])(\d{1,4})(?:[T\s].*)?$/.exec(text) ?? [];
  if (!first || one !== two) return null;
  // dots are their own way of writing; dashes stand for slashes
  if (!format.startsWith('Y') && (one === '.') !== format.includes('.')) return null;
  const numbers = [first, second, third].map(Number);
  const at = (part: string) =>
    numbers[format.split(/[-/.]/).findIndex((p) => p.startsWith(part))] ?? Number.NaN;
  const [year, month, day] = [at('Y'), at('M'), at('D')] as [number, number, number];
  if (year < 1000) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? date.toISOString().slice(0, 10) : null;
}
