export { type Sent, upload } from '@/api/upload';

/** Endings that the server reads. It looks at the bytes anyway. */
export const ENDINGS = ['.csv', '.tsv', '.txt', '.xlsx'];
export const ACCEPT = [
  ...ENDINGS,
  'text/csv',
  'text/tab-separated-values',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
].join(',');

export type FileProblem = 'type' | 'old_excel' | 'empty' | 'too_large';
/** What is wrong with a file before a byte of it leaves. `most`: the bytes that the settings allow. */
export function problemOf(file: { name: string; size: number }, most?: number): FileProblem | null {
  const name = file.name.toLowerCase();
  if (/\.(xls|ods|numbers)$/.test(name)) return 'old_excel';
  if (!ENDINGS.some((e) => name.endsWith(e))) return 'type';
  if (most !== undefined && file.size > most) return 'too_large';
  return file.size < 1 ? 'empty' : null;
}
