import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { List, SplitAnswer } from '@/api/types';
import type { Choices } from './choices';
import type { Draft, Match, Merged, Pair, PairState } from './types';

/** Everything about duplicates and merges; live events and changes of clients make all of it old. */
export const DUPLICATES = ['duplicates'] as const;
type Pages = InfiniteData<List<Pair>, string | null>;

export const queueQuery = (state: PairState) =>
  infiniteQueryOptions({
    queryKey: [...DUPLICATES, 'queue', state],
    queryFn: async ({ pageParam, signal }) =>
      (await api.get('/duplicates', {
        query: { state, cursor: pageParam, limit: 50 },
        signal,
      })) as List<Pair>,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });

export const pairQuery = (id: string) =>
  queryOptions({
    queryKey: [...DUPLICATES, 'pair', id],
    queryFn: async ({ signal }) => (await api.get('/duplicates/{id}', { path: { id }, signal })) as Pair,
    retry: false,
  });

/** Records that may be the same person as one that is there. */
export const matchesQuery = (entity: 'clients' | 'leads', id: string) =>
  queryOptions({
    queryKey: [...DUPLICATES, 'of', entity, id],
    queryFn: async ({ signal }) =>
      (await api.get(`/${entity}/{id}/duplicates`, { path: { id }, signal })).data as Match[],
    meta: { silent: true },
  });

/** The same for one that is being typed. */
export const draftQuery = (draft: Draft | null) =>
  queryOptions({
    queryKey: [...DUPLICATES, 'draft', draft],
    queryFn: async ({ signal }) =>
      (await api.post('/clients/duplicates/check', { body: draft ?? {}, signal })).data as Match[],
    enabled: draft !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });

export const mergesQuery = (client_id: string) =>
  queryOptions({
    queryKey: [...DUPLICATES, 'merges', client_id],
    queryFn: async ({ signal }) => (await api.get('/merges', { query: { client_id }, signal })).data,
  });

export type MergeAsked = { keep_id: string; drop_id: string; fields?: Choices };

/** What a merge would give: the server's own answer, never a guess of ours. */
export const mergePreviewQuery = (asked: MergeAsked) =>
  queryOptions({
    // not among the rest: what was done needs no preview any more
    queryKey: ['merge-preview', asked],
    queryFn: async ({ signal }) =>
      (await api.post('/clients/merge', { body: { ...asked, dry_run: true }, signal })) as Merged,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

export const splitPreviewQuery = (id: string) =>
  queryOptions({
    queryKey: ['split-preview', id],
    queryFn: ({ signal }) =>
      api.post('/merges/{id}/split', { path: { id }, body: { dry_run: true }, signal }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

/** Two records became one, or one became two again: little stays as it was. */
export function refreshAll(qc: QueryClient): void {
  for (const key of ['clients', 'leads', 'documents', 'dashboard', 'overview', ...DUPLICATES])
    void qc.invalidateQueries({ queryKey: [key] });
}

/** Out of the queue at once; back when the server says no. */
export function useDismiss() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (pair: Pair) => api.post('/duplicates/{id}/dismiss', { path: { id: pair.id } }),
    onMutate: (pair) => {
      const { queryKey } = queueQuery('open');
      const before = qc.getQueryData<Pages>(queryKey);
      qc.setQueryData<Pages>(
        queryKey,
        (all) =>
          all && {
            ...all,
            pages: all.pages.map((p) => ({
              ...p,
              total: Math.max(0, p.total - 1),
              data: p.data.filter((x) => x.id !== pair.id),
            })),
          },
      );
      return { before };
    },
    onError: (_e, _pair, context) => {
      if (context?.before) qc.setQueryData(queueQuery('open').queryKey, context.before);
    },
    onSettled: () => qc.invalidateQueries({ queryKey: [...DUPLICATES, 'queue'] }),
  });
}

export function useMerge() {
  return useMutation({
    meta: { silent: true },
    mutationFn: async (body: MergeAsked & { keep_version: number; drop_version: number }) =>
      (await api.post('/clients/merge', { body })) as Merged,
  });
}

/** Outlives the page it is called from: the toast that offers it does. */
export async function split(qc: QueryClient, id: string): Promise<SplitAnswer> {
  try {
    return await api.post('/merges/{id}/split', { path: { id }, body: {} });
  } finally {
    refreshAll(qc);
  }
}
