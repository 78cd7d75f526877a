import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { List, NewStatus, Statuses, StatusPatch } from '@/api/types';
import { inOrder } from '@/components/reorder';
import { statusesQuery } from '@/data/lookups';
import { useCan } from '@/session/session';
import type { StatusEntity } from './types';

/** Statuses are shown on every record: whatever changes them is read anew everywhere. */
function useRefresh() {
  const qc = useQueryClient();
  return () => qc.invalidateQueries({ queryKey: statusesQuery.queryKey });
}

export function useCreateStatus() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewStatus) => api.post('/statuses', { body }),
    onSuccess: refresh,
  });
}

export function useUpdateStatus(entity: StatusEntity) {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ key, patch }: { key: string; patch: StatusPatch }) =>
      api.patch('/statuses/{entity}/{key}', { path: { entity, key }, body: patch }),
    onSuccess: refresh,
  });
}

/** The new order stands at once and goes back when the server refuses. */
export function useOrderStatuses(entity: StatusEntity) {
  const qc = useQueryClient();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (keys: string[]) => api.put('/statuses/{entity}/order', { path: { entity }, body: { keys } }),
    onMutate: (keys) => {
      const before = qc.getQueryData<Statuses>(statusesQuery.queryKey);
      if (before)
        qc.setQueryData<Statuses>(statusesQuery.queryKey, {
          ...before,
          [entity]: inOrder(before[entity], (s) => s.key, keys).map((s, position) => ({ ...s, position })),
        });
      return { before };
    },
    onError: (_e, _keys, context) => qc.setQueryData(statusesQuery.queryKey, context?.before),
    onSettled: refresh,
  });
}

export function useDeleteStatus(entity: StatusEntity) {
  const qc = useQueryClient();
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ key, to }: { key: string; to: string | null }) =>
      api.delete('/statuses/{entity}/{key}', {
        path: { entity, key },
        query: { replace_with: to },
      }),
    onSuccess: () => {
      void refresh();
      void qc.invalidateQueries({ queryKey: [`${entity}s`] });
      void qc.invalidateQueries({ queryKey: ['dashboard'] });
    },
  });
}

/** How many records have a status now, as far as this person sees them. */
export function useStatusUse(entity: StatusEntity, key: string | null) {
  const can = useCan();
  return useQuery({
    queryKey: [`${entity}s`, 'count', { status: key }],
    queryFn: ({ signal }) =>
      api.call<List<unknown>>('get', `/${entity}s`, { query: { status: key, limit: 1 }, signal }),
    select: (list) => list.total,
    enabled: key !== null && can(`${entity}s.read`),
  });
}
