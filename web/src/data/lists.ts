import {
  type FetchQueryOptions,
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { tenantApi as api, type Query } from '@/api/client';
import { hasCode } from '@/api/errors';
import type { Entity, List, ListQuery, RowOf } from '@/api/types';

export type { Entity } from '@/api/types';

/** Nobody reads past this many rows: filter or sort instead. */
export const MAX_ROWS = 5000;
const PAGE = 100;
type Row = { id: string };
export type Pages<T> = InfiniteData<List<T>, string | null>;

export const listKey = (entity: Entity, params: Query) => [entity, 'list', params] as const;

export type ListState<T> = {
  query: Pick<
    UseInfiniteQueryResult<unknown>,
    | 'isLoading'
    | 'isError'
    | 'isSuccess'
    | 'error'
    | 'isPlaceholderData'
    | 'hasNextPage'
    | 'isFetchNextPageError'
    | 'isFetchingNextPage'
    | 'fetchNextPage'
    | 'refetch'
    | 'isRefetching'
  >;
  rows: T[];
  total: number;
  estimate: boolean;
  more: () => void;
};

/** One server list, page by page through its cursor. */
export function useList<E extends Entity>(entity: E, params: ListQuery<E>, limit = PAGE) {
  const query = useInfiniteQuery({
    queryKey: listKey(entity, params),
    queryFn: ({ pageParam, signal }) =>
      api.call<List<RowOf<E>>>('get', `/${entity}`, {
        query: { ...params, cursor: pageParam, limit },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last, pages) =>
      pages.reduce((n, p) => n + p.data.length, 0) >= MAX_ROWS ? null : (last.next_cursor ?? null),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.data) ?? [], [query.data]);
  const total = Math.max(query.data?.pages[0]?.total ?? 0, rows.length);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  return { query, rows, total, estimate: query.data?.pages[0]?.total_is_estimate ?? false, more };
}

function changeLists<T extends Row>(qc: QueryClient, entity: Entity, change: (p: Pages<T>) => Pages<T>) {
  const before = qc.getQueriesData<Pages<T>>({ queryKey: [entity, 'list'] });
  for (const [key, pages] of before) if (pages) qc.setQueryData(key, change(pages));
  return () => {
    for (const [key, pages] of before) qc.setQueryData(key, pages);
  };
}

/** Applies a change to a record wherever it is cached; returns the way back. */
export function patchRecord<T extends Row>(qc: QueryClient, entity: Entity, id: string, patch: Partial<T>) {
  return changeRecord<T>(qc, entity, id, (r) => ({ ...r, ...patch }));
}
/** The server's new word on a record. It replaces the old one: the server leaves empty fields out. */
export function putRecord<T extends Row>(qc: QueryClient, entity: Entity, fresh: T) {
  return changeRecord<T>(qc, entity, fresh.id, () => fresh);
}

/**
 * Of a record that somebody else changed first: it is read anew before the refusal is told, so that whoever tries once
 * more does so with what is there by then.
 */
export async function readStale<T extends Row>(
  qc: QueryClient,
  entity: Entity,
  error: unknown,
  query: FetchQueryOptions<T, Error, T, string[]>,
) {
  if (!hasCode(error, 'stale_version')) return;
  const fresh = await qc.fetchQuery({ ...query, staleTime: 0 }).catch(() => undefined);
  if (fresh) putRecord<T>(qc, entity, fresh);
}

function changeRecord<T extends Row>(qc: QueryClient, entity: Entity, id: string, change: (r: T) => T) {
  const detail = qc.getQueryData<T>([entity, 'detail', id]);
  if (detail) qc.setQueryData([entity, 'detail', id], change(detail));
  const undo = changeLists<T>(qc, entity, (pages) => ({
    ...pages,
    pages: pages.pages.map((p) =>
      p.data.some((r) => r.id === id) ? { ...p, data: p.data.map((r) => (r.id === id ? change(r) : r)) } : p,
    ),
  }));
  return () => {
    undo();
    if (detail) qc.setQueryData([entity, 'detail', id], detail);
  };
}

export function removeRecords<T extends Row>(qc: QueryClient, entity: Entity, ids: readonly string[]) {
  const gone = new Set(ids);
  return changeLists<T>(qc, entity, (pages) => {
    const removed = pages.pages.reduce((n, p) => n + p.data.filter((r) => gone.has(r.id)).length, 0);
    if (!removed) return pages;
    return {
      ...pages,
      pages: pages.pages.map((p) => ({
        ...p,
        total: Math.max(0, p.total - removed),
        data: p.data.filter((r) => !gone.has(r.id)),
      })),
    };
  });
}

const cachedParams = (key: readonly unknown[]) => (key[2] ?? {}) as Query;
/** A flood larger than this is simply read again. */
const HEAD = 50;
const newestFirst = (params: Query) => !params.sort || params.sort === '-created_at';

/** Asks each list on screen for its newest rows and puts the unknown ones on top. Returns their ids. */
export async function pullNewest<T extends Row>(qc: QueryClient, entity: Entity): Promise<string[]> {
  const fresh = new Set<string>();
  const queries = qc.getQueryCache().findAll({ queryKey: [entity, 'list'] });
  for (const q of queries) {
    if (!q.isActive() || !newestFirst(cachedParams(q.queryKey))) {
      void qc.invalidateQueries({ queryKey: q.queryKey, exact: true, refetchType: 'none' });
      continue;
    }
    const head = await api.call<List<T>>('get', `/${entity}`, {
      query: { ...cachedParams(q.queryKey), limit: HEAD },
    });
    let flood = false;
    qc.setQueryData<Pages<T>>(q.queryKey, (pages) => {
      const first = pages?.pages[0];
      if (!pages || !first) return pages;
      const known = new Set(pages.pages.flatMap((p) => p.data.map((r) => r.id)));
      const added = head.data.filter((r) => !known.has(r.id));
      for (const r of added) fresh.add(r.id);
      flood = added.length >= HEAD;
      return {
        ...pages,
        pages: pages.pages.map((p, i) => ({
          ...p,
          total: head.total,
          data: i === 0 ? [...added, ...p.data] : p.data,
        })),
      };
    });
    if (flood) void qc.invalidateQueries({ queryKey: q.queryKey, exact: true });
  }
  return [...fresh];
}

export const hasRecord = (qc: QueryClient, entity: Entity, id: string): boolean =>
  qc.getQueryData([entity, 'detail', id]) !== undefined ||
  qc
    .getQueriesData<Pages<Row>>({ queryKey: [entity, 'list'] })
    .some(([, pages]) => pages?.pages.some((p) => p.data.some((r) => r.id === id)));
