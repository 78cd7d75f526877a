import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api, type Query } from '@/api/client';
import type { Board, Deal, DealKind, DealMove, DealPatch, DealStay, Forecast } from '@/api/sales';
import type { List } from '@/api/types';
import { patchRecord, putRecord, readStale, removeRecords } from '@/data/lists';
import { moveCard, type Place, withPage, withTails } from './board/order';

export const dealQuery = (kind: DealKind, id: string) =>
  queryOptions({
    queryKey: [kind, 'detail', id],
    queryFn: ({ signal }) => api.call<Deal>('get', `/${kind}/{id}`, { path: { id }, signal }),
  });

export const stagesQuery = (kind: DealKind, id: string) =>
  queryOptions({
    queryKey: [kind, 'timeline', id, 'stages'],
    queryFn: async ({ signal }) => {
      const answer = await api.call<DealStay[] | { data: DealStay[] }>('get', `/${kind}/{id}/stages`, {
        path: { id },
        signal,
      });
      return Array.isArray(answer) ? answer : answer.data;
    },
  });

/** Every column with its first cards; what was read further down is kept when it is read again. */
export const boardQuery = (kind: DealKind, params: Query) =>
  queryOptions({
    queryKey: [kind, 'board', params],
    queryFn: async ({ signal, client, queryKey }) => {
      const fresh = await api.call<Board>('get', `/${kind}/board`, { query: params, signal });
      return withTails(client.getQueryData<Board>(queryKey), fresh);
    },
    placeholderData: keepPreviousData,
  });

export const forecastQuery = (kind: DealKind, params: Query) =>
  queryOptions({
    queryKey: [kind, 'forecast', params],
    queryFn: ({ signal }) => api.call<Forecast>('get', `/${kind}/forecast`, { query: params, signal }),
    placeholderData: keepPreviousData,
  });

/** The next cards of a column. */
export function useMoreCards(kind: DealKind, params: Query) {
  const qc = useQueryClient();
  const key = boardQuery(kind, params).queryKey;
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ stage, cursor }: { stage: string; cursor: string }) =>
      api.call<List<Deal>>('get', `/${kind}/board/{stage}`, {
        path: { stage },
        query: { ...params, cursor },
      }),
    onSuccess: (page, { stage }) =>
      qc.setQueryData<Board>(key, (board) => board && withPage(board, stage, page)),
  });
}

type Move = {
  deal: Deal;
  move: DealMove;
  /** Where the card stands at once, on a board. */
  to?: Place;
  /** What the stage asks for: written first. */
  fields?: DealPatch;
};

/** The card stands in its new place at once, and goes back when the server says no. */
export function useMoveDeal(kind: DealKind) {
  const qc = useQueryClient();
  const boards = { queryKey: [kind, 'board'] };
  return useMutation({
    meta: { silent: true },
    mutationFn: async ({ deal, move, fields }: Move) => {
      const path = { id: deal.id };
      if (fields && Object.keys(fields).length)
        await api.call('patch', `/${kind}/{id}`, { path, body: { ...fields, version: deal.version } });
      return api.call<Deal>('patch', `/${kind}/{id}/stage`, { path, body: move });
    },
    onMutate: async ({ deal, to }) => {
      await qc.cancelQueries(boards);
      const before = qc.getQueriesData<Board>(boards);
      if (to)
        for (const [key, board] of before) if (board) qc.setQueryData(key, moveCard(board, deal.id, to));
      return { before };
    },
    onSuccess: (fresh) => {
      putRecord<Deal>(qc, kind, fresh);
      void qc.invalidateQueries({ queryKey: [kind, 'timeline', fresh.id] });
      void qc.invalidateQueries({ queryKey: [kind, 'forecast'] });
    },
    onError: (_e, _move, context) => {
      for (const [key, board] of context?.before ?? []) qc.setQueryData(key, board);
    },
    onSettled: () => qc.invalidateQueries(boards),
  });
}

export function useUpdateDeal(kind: DealKind) {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ deal, patch }: { deal: Deal; patch: DealPatch; shown?: Partial<Deal> }) =>
      api.call<Deal>('patch', `/${kind}/{id}`, {
        path: { id: deal.id },
        body: { ...patch, version: deal.version },
      }),
    onMutate: ({ deal, patch, shown }) => {
      const { probability: _not, ...plain } = patch;
      return { undo: patchRecord<Deal>(qc, kind, deal.id, { ...plain, ...shown } as Partial<Deal>) };
    },
    onSuccess: (fresh) => {
      putRecord<Deal>(qc, kind, fresh);
      void qc.invalidateQueries({ queryKey: [kind, 'timeline', fresh.id] });
      for (const part of ['board', 'forecast']) void qc.invalidateQueries({ queryKey: [kind, part] });
    },
    onError: (error, { deal }, context) => {
      context?.undo();
      return readStale<Deal>(qc, kind, error, dealQuery(kind, deal.id));
    },
  });
}

export function useCreateDeal(kind: DealKind) {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: DealPatch) => api.call<Deal>('post', `/${kind}`, { body }),
    onSuccess: (deal) => {
      qc.setQueryData([kind, 'detail', deal.id], deal);
      for (const part of ['list', 'board', 'forecast', 'of'])
        void qc.invalidateQueries({ queryKey: [kind, part] });
    },
  });
}

export function useDeleteDeal(kind: DealKind) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.call('delete', `/${kind}/{id}`, { path: { id } }),
    onMutate: (id) => ({ undo: removeRecords(qc, kind, [id]) }),
    onError: (_e, _id, context) => context?.undo(),
    onSuccess: (_r, id) => {
      qc.removeQueries({ queryKey: [kind, 'detail', id] });
      for (const part of ['list', 'board', 'forecast', 'of'])
        void qc.invalidateQueries({ queryKey: [kind, part] });
    },
  });
}

export function useRestoreDeal(kind: DealKind) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.call('post', `/${kind}/{id}/restore`, { path: { id }, body: {} }),
    onSettled: () => qc.invalidateQueries({ queryKey: [kind] }),
  });
}

export function useConvertOpportunity() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ id, ...body }: { id: string; name?: string; amount?: string; pipeline?: string }) =>
      api.call<{ deal_id: string }>('post', '/opportunities/{id}/convert', { path: { id }, body }),
    onSuccess: () => {
      for (const key of ['opportunities', 'deals']) void qc.invalidateQueries({ queryKey: [key] });
    },
  });
}

/** The deals that hang on a client or a contact, newest first. */
export const dealsOfQuery = (kind: DealKind, of: { client_id?: string; contact_id?: string }) =>
  queryOptions({
    queryKey: [kind, 'of', of],
    queryFn: ({ signal }) =>
      api.call<List<Deal>>('get', `/${kind}`, { query: { ...of, limit: 20, sort: '-created_at' }, signal }),
  });
