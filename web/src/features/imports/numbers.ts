import { AUTO } from './mapping';

/** How files write numbers. Only to show what a format would make of a sample: the server reads the file. */
export const NUMBER_FORMATS = ['1,234.5', '1.234,5'] as const;

/** Whether something stands in a number that may stand before decimals. */
export const isMarked = (text: string): boolean => /\d[.,]\d/.test(text);

/** A sample read by a format; without one, a comma before exactly three digits stands before thousands. */
export function readNumber(text: string, format: string, found: readonly string[] = []): number | null {
  const plain = text.replace(/[\s'’\u00a0]/g, '');
  if (!/^-?\d[\d.,]*$/.test(plain)) return null;
  const [comma, dot] = [plain.lastIndexOf(','), plain.lastIndexOf('.')];
  const sure = format === AUTO && found.length === 1 ? found[0] : format;
  const known = sure === '1.234,5' ? ',' : sure === '1,234.5' ? '.' : null;
  const thousands = /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(plain);
  let decimal: string;
  if (comma >= 0 && dot >= 0) decimal = comma > dot ? ',' : '.';
  else if (plain.split(/[.,]/).length > 2) decimal = comma >= 0 ? '.' : ',';
  else if (thousands) decimal = known ?? '.';
  else decimal = comma >= 0 ? ',' : '.';
  const other = decimal === ',' ? '.' : ',';
  const n = Number(plain.replaceAll(other, '').replace(decimal, '.'));
  return Number.isFinite(n) ? n : null;
}
