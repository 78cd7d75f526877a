import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { tenantApi as api, type Query } from '@/api/client';
import type { ActivityPatch, NewActivity } from '@/api/types';
import type { ListState } from '@/data/lists';
import type { Activities, Activity, Parent } from './types';

const KEY = 'activities';
const PAGE = 100;

export const activityQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, 'detail', id],
    queryFn: ({ signal }) => api.get('/activities/{id}', { path: { id }, signal }) as Promise<Activity>,
  });

const pages = (name: string, path: string, params: Query, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: [KEY, name, params],
    queryFn: ({ pageParam, signal }) =>
      api.call<Activities>('get', path, { query: { ...params, cursor: pageParam, limit }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });

/** What is open for the person at the screen, by its date. */
export const mineQuery = () => pages('mine', '/activities/mine', { when: 'all' });
/** What is open for a team, or for everybody whose activities one sees. */
export const teamQuery = (team: string | undefined) =>
  pages('team', '/activities', { status: 'scheduled,overdue', sort: 'due_at', team_id: team });
export const openOfQuery = (p: Parent) =>
  pages('open', '/activities', { [`${p.kind}_id`]: p.id, status: 'scheduled,overdue', sort: 'due_at' }, 50);
export const doneOfQuery = (p: Parent) =>
  pages('done', '/activities', { [`${p.kind}_id`]: p.id, status: 'completed,cancelled' }, 20);

export type CalendarParams = { from: string; to: string; assigned_to: string };
export const calendarQuery = (params: CalendarParams) =>
  queryOptions({
    queryKey: [KEY, 'calendar', params],
    queryFn: async ({ signal }) => {
      const answer = await api.get('/activities/calendar', { query: params, signal });
      return { ...answer, data: answer.data as Activity[] };
    },
    placeholderData: keepPreviousData,
  });

export type ActivityRow = Activity & { name: string };
/** The list of all, as the tables of this app read theirs. */
export function useActivityList(params: Query): ListState<ActivityRow> {
  const query = useInfiniteQuery(pages('list', '/activities', params));
  const rows = useMemo(
    () => query.data?.pages.flatMap((p) => p.data.map((a) => ({ ...a, name: a.subject }))) ?? [],
    [query.data],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const first = query.data?.pages[0];
  return {
    query,
    rows,
    total: Math.max(first?.total ?? 0, rows.length),
    estimate: first?.total_is_estimate ?? false,
    more,
  };
}

type Cached = { data: Activity[] } | { pages: { data: Activity[] }[] } | Activity | undefined;
/** Changes an activity wherever it is shown, and gives the way back. Dates of a series are left alone. */
function change(qc: QueryClient, id: string, how: (a: Activity) => Activity | null): () => void {
  const before = qc.getQueriesData<Cached>({ queryKey: [KEY] });
  const each = (list: Activity[]) =>
    list.flatMap((a) => {
      const next = a.id === id && !a.virtual ? how(a) : a;
      return next ? [next] : [];
    });
  for (const [key, value] of before) {
    if (!value) continue;
    if ('pages' in value)
      qc.setQueryData(key, { ...value, pages: value.pages.map((p) => ({ ...p, data: each(p.data) })) });
    else if ('data' in value) qc.setQueryData(key, { ...value, data: each(value.data) });
    else if (value.id === id) qc.setQueryData(key, how(value) ?? value);
  }
  return () => {
    for (const [key, value] of before) qc.setQueryData(key, value);
  };
}

type Linked = Pick<Activity, 'client_id' | 'lead_id' | 'contact_id' | 'deal_id' | 'opportunity_id'>;
function settle(qc: QueryClient, a?: Linked) {
  void qc.invalidateQueries({ queryKey: [KEY] });
  if (!a) return;
  for (const [entity, id] of [
    ['clients', a.client_id],
    ['leads', a.lead_id],
    ['contacts', a.contact_id],
    ['deals', a.deal_id],
    ['opportunities', a.opportunity_id],
  ])
    if (id) void qc.invalidateQueries({ queryKey: [entity, 'timeline', id] });
}

export function useCreateActivity() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewActivity) => api.post('/activities', { body }),
    onSuccess: (a) => settle(qc, a),
  });
}

export function useUpdateActivity() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ activity, patch }: { activity: Activity; patch: ActivityPatch }) =>
      api.patch('/activities/{id}', {
        path: { id: activity.id },
        body: { ...patch, version: activity.version },
      }),
    onSuccess: (a) => settle(qc, a),
    onError: () => settle(qc),
  });
}

export type Step = 'complete' | 'reopen' | 'cancel';
const AFTER: Record<Step, Partial<Activity>> = {
  complete: { status: 'completed' },
  reopen: { status: 'scheduled', completed_at: null },
  cancel: { status: 'cancelled' },
};

/** Shown at once; taken back when the server says no. */
export function useStep() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: ({ activity, step, outcome }: { activity: Activity; step: Step; outcome?: string }) =>
      step === 'reopen'
        ? api.patch('/activities/{id}/reopen', { path: { id: activity.id } })
        : api.patch(`/activities/{id}/${step}`, { path: { id: activity.id }, body: { outcome } }),
    onMutate: async ({ activity, step }) => {
      await qc.cancelQueries({ queryKey: [KEY] });
      return { undo: change(qc, activity.id, (a) => ({ ...a, ...AFTER[step] })) };
    },
    onError: (_e, _v, context) => context?.undo(),
    onSettled: (a) => settle(qc, a),
  });
}

/** Moves in the calendar: on screen at once. */
export function useMove() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: ({ activity, due_at }: { activity: Activity; due_at: string }) =>
      api.patch('/activities/{id}/move', { path: { id: activity.id }, body: { due_at } }),
    onMutate: async ({ activity, due_at }) => {
      await qc.cancelQueries({ queryKey: [KEY] });
      return { undo: change(qc, activity.id, (a) => ({ ...a, due_at })) };
    },
    onError: (_e, _v, context) => context?.undo(),
    onSettled: (a) => settle(qc, a),
  });
}

export function useDeleteActivity() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (activity: Activity) => api.delete('/activities/{id}', { path: { id: activity.id } }),
    onMutate: async (activity) => {
      await qc.cancelQueries({ queryKey: [KEY] });
      return { undo: change(qc, activity.id, () => null) };
    },
    onError: (_e, _v, context) => context?.undo(),
    onSettled: (_r, _e, activity) => settle(qc, activity),
  });
}
export function useRestoreActivity() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (activity: Activity) => api.post('/activities/{id}/restore', { path: { id: activity.id } }),
    onSettled: (_r, _e, activity) => settle(qc, activity),
  });
}
