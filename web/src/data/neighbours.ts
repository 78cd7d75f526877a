import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { tenantApi as api, type Query } from '@/api/client';
import { type ListSearch, parseListSearch, parseSearch, stringifySearch } from '@/lib/listSearch';
import { type Entity, listKey, type Pages } from './lists';

export type RecordEntity = 'clients' | 'leads' | 'contacts' | 'deals' | 'opportunities';
export type Neighbours = {
  /** 1-based; null where it is too far down, or outside of the list. */
  position: number | null;
  total: number;
  estimate: boolean;
  previous: string | null;
  next: string | null;
};
type Answer = {
  previous?: string | null;
  next?: string | null;
  position?: number | null;
  total: number;
  total_is_estimate: boolean;
};

/** What of a list's address means its rows: not what is open beside or above it. */
const BESIDE = ['peek', 'new', 'edit', 'list', 'tab', 'kind'];

/** The list as one word for the address of a record opened from it; nothing for the plain list. */
export function listWord(search: Record<string, unknown>): string | undefined {
  const rest = Object.fromEntries(Object.entries(search).filter(([key]) => !BESIDE.includes(key)));
  return stringifySearch(rest).slice(1) || undefined;
}

/** And back: the state of the list that a record's address names. */
export const listOf = (word: string | undefined) => parseListSearch(parseSearch(word ?? ''));

/** The list that a record's address names, with what the server is asked for it. */
export const useListOf = (word: string | undefined, query: (search: ListSearch) => Query) =>
  useMemo(() => ({ word, params: query(listOf(word)) }), [word, query]);

type Shown = { rows: { id: string }[]; pages: Pages<{ id: string }> };

/** The list at hand that has the record: the one asked for, or else the newest. */
function cachedList(qc: QueryClient, entity: Entity, id: string, params: Query | undefined): Shown | null {
  const lists = params
    ? [qc.getQueryCache().find({ queryKey: listKey(entity, params), exact: true })]
    : qc
        .getQueryCache()
        .findAll({ queryKey: [entity, 'list'] })
        .sort(
          (a, b) =>
            Number(b.isActive()) - Number(a.isActive()) || b.state.dataUpdatedAt - a.state.dataUpdatedAt,
        );
  for (const query of lists) {
    const pages = query?.state.data as Pages<{ id: string }> | undefined;
    const rows = pages?.pages.flatMap((p) => p.data) ?? [];
    if (pages && rows.some((r) => r.id === id)) return { rows, pages };
  }
  return null;
}

/**
 * Who stands before and after a record in a list: from the rows at hand where they say so, and for records with
 * `params` from the server after a reload, from a shared link and at the end of what is loaded.
 */
export function useNeighbours(entity: Entity, id: string, params: Query | undefined): Neighbours | null {
  const qc = useQueryClient();
  const found = cachedList(qc, entity, id, params);
  const at = found ? found.rows.findIndex((r) => r.id === id) : -1;
  const whole = !params || Boolean(found && !found.pages.pages.at(-1)?.next_cursor);
  const known = found && (at + 1 < found.rows.length || whole);
  const { data } = useQuery({
    queryKey: [entity, 'neighbours', id, params],
    queryFn: ({ signal }) =>
      api.call<Answer>('get', `/${entity}/${id}/neighbours`, { query: params, signal }),
    enabled: !known && params !== undefined,
    staleTime: 10_000,
  });
  if (known) {
    const { rows, pages } = found;
    const first = pages.pages[0];
    return {
      position: at + 1,
      total: Math.max(rows.length, first?.total ?? 0),
      estimate: first?.total_is_estimate ?? false,
      previous: rows[at - 1]?.id ?? null,
      next: rows[at + 1]?.id ?? null,
    };
  }
  if (!data) return null;
  return {
    position: data.position ?? null,
    total: data.total,
    estimate: data.total_is_estimate,
    previous: data.previous ?? null,
    next: data.next ?? null,
  };
}
