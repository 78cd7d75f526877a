import type { Query } from '@/api/client';

/** The records that can be changed together. */
export type BulkEntity = 'clients' | 'leads' | 'contacts' | 'deals' | 'opportunities';

/** Chosen rows, or everything a list's filter means with some exceptions. */
export type Selection =
  | { kind: 'rows'; ids: string[] }
  | { kind: 'all'; filter: Query; except: string[]; total: number; estimate: boolean };

/** Up to here records are changed before the answer; more are a job. */
export const SMALL = 500;

/** What the list was asked for is what the change means; its order does not matter. */
export function filterOf(params: Query): Record<string, unknown> {
  const { sort: _sort, limit: _limit, cursor: _cursor, page: _page, ...filter } = params;
  return Object.fromEntries(
    Object.entries(filter).filter(([, v]) => v !== undefined && v !== null && v !== ''),
  );
}

export const allMatching = (filter: Query, total: number, estimate = false): Selection => ({
  kind: 'all',
  filter,
  except: [],
  total,
  estimate,
});

export const sizeOf = (selection: Selection): number =>
  selection.kind === 'rows' ? selection.ids.length : Math.max(0, selection.total - selection.except.length);

/** How many of the chosen a change leaves as they are; unknown where the size is a guess. */
export const untouched = (selection: Selection, count: number): number =>
  selection.kind === 'all' && selection.estimate ? 0 : Math.max(0, sizeOf(selection) - count);

/** As the server takes it. */
export function bodyOf(selection: Selection): {
  ids?: string[];
  filter?: Record<string, unknown>;
  except?: string[];
} {
  if (selection.kind === 'rows') return { ids: selection.ids };
  return {
    filter: filterOf(selection.filter),
    ...(selection.except.length ? { except: selection.except } : {}),
  };
}
