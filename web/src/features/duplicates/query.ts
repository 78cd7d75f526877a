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
import type { List, MergeOfClient, SplitAnswer } from '@/api/types';
import type { Choices } from './choices';
import type { Draft, Joined, Match, Merged, MergeKind, Pair, PairState } from './types';

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

const MERGES = {
  clients: { merge: '/clients/merge', merges: '/merges', of: 'client_id' },
  contacts: { merge: '/contacts/merge', merges: '/contact-merges', of: 'contact_id' },
} as const;

export const mergesQuery = (kind: MergeKind, id: string) =>
  queryOptions({
    queryKey: [...DUPLICATES, 'merges', kind, id],
    queryFn: async ({ signal }) => {
      const { merges, of } = MERGES[kind];
      return (await api.call<{ data: MergeOfClient[] }>('get', merges, { query: { [of]: id }, signal })).data;
    },
  });

export type MergeAsked = { keep_id: string; drop_id: string; fields?: Choices };

/** What a merge would give: the server's own answer, never a guess of ours. */
export const mergePreviewQuery = (kind: MergeKind, asked: MergeAsked) =>
  queryOptions({
    // not among the rest: what was done needs no preview any more
    queryKey: ['merge-preview', kind, asked],
    queryFn: ({ signal }) =>
      api.call<Merged<Joined>>('post', MERGES[kind].merge, { body: { ...asked, dry_run: true }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

export const splitPreviewQuery = (kind: MergeKind, id: string) =>
  queryOptions({
    queryKey: ['split-preview', kind, id],
    queryFn: ({ signal }) => splitOf(kind, id, { dry_run: true }, signal),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

/** Two records became one, or one became two again: little stays as it was. */
export function refreshAll(qc: QueryClient): void {
  const sales = ['contacts', 'deals', 'opportunities', 'activities', 'notes', 'attachments'];
  for (const key of ['clients', 'leads', 'documents', 'dashboard', 'overview', ...sales, ...DUPLICATES])
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

export function useMerge(kind: MergeKind) {
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: MergeAsked & { keep_version: number; drop_version: number }) =>
      api.call<Merged<Joined>>('post', MERGES[kind].merge, { body }),
  });
}

const splitOf = (kind: MergeKind, id: string, body: { dry_run?: boolean }, signal?: AbortSignal) =>
  api.call<SplitAnswer>('post', `${MERGES[kind].merges}/{id}/split`, { path: { id }, body, signal });

/** Outlives the page it is called from: the toast that offers it does. */
export async function split(qc: QueryClient, kind: MergeKind, id: string): Promise<SplitAnswer> {
  try {
    return await splitOf(kind, id, {});
  } finally {
    refreshAll(qc);
  }
}
