import type { ChainHead, SavedHead } from '@/api/types';

/** A saved head as a file: `audit-head-northwind-2026-11-25-1204.json`. */
export const fileNameOf = (head: ChainHead): string =>
  `audit-head-${head.tenant.slug}-${head.at.slice(0, 16).replace('T', '-').replaceAll(':', '')}-${head.entries}.json`;

export type HeadProblem = 'format' | 'tenant';

/** Reads such a file again. One of another company is refused: it would look like a broken chain. */
export function readHead(text: string, slug?: string): SavedHead | HeadProblem {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'format';
  }
  const { entries, head, tenant } = (value ?? {}) as Partial<ChainHead>;
  if (typeof entries !== 'number' || !Number.isInteger(entries) || entries < 0) return 'format';
  if (typeof head !== 'string' || !/^[0-9a-f]{16,128}$/i.test(head)) return 'format';
  if (slug && tenant?.slug && tenant.slug !== slug) return 'tenant';
  return { entries, head };
}

/** `first_bad` is a sentence that names a place. */
export const placeOf = (firstBad: string | null | undefined): string | null =>
  /\d+/.exec(firstBad ?? '')?.[0] ?? null;

export const shortHash = (hash: string): string =>
  hash.length > 16 ? `${hash.slice(0, 8)}…${hash.slice(-8)}` : hash;
