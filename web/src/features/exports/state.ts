import type { Export } from '@/api/types';
import type { Hue } from '@/components';

export const HUES: Record<string, Hue> = {
  queued: 'grey',
  running: 'blue',
  done: 'green',
  failed: 'red',
  cancelled: 'grey',
};
export const isOpen = ({ status }: Pick<Export, 'status'>): boolean =>
  status === 'queued' || status === 'running';

/** How far it is in whole per cent; an estimated total may be too small, and nothing is ready before it is. */
export function percentOf({ rows, total }: Pick<Export, 'rows' | 'total'>): number {
  if (!total) return 0;
  return Math.max(0, Math.min(99, Math.floor((100 * rows) / total)));
}

/** Errors that have words of their own; the rest is said in general. */
const TOLD = [
  'forbidden',
  'field_masked',
  'cell_too_long',
  'file_too_large',
  'count_differs',
  'store_unavailable',
];
export const errorKey = (code: string | null | undefined): string =>
  code && TOLD.includes(code) ? code : 'internal';

/** The beginning and the end of a hash: enough to compare by eye. */
export const shortHash = (hash: string): string => `${hash.slice(0, 8)}…${hash.slice(-6)}`;
