import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { NewView, View, ViewPatch } from '@/api/types';
import type { CustomEntity } from '@/data/customFields';

export const viewsQuery = (entity: CustomEntity) =>
  queryOptions({
    queryKey: ['views', entity],
    queryFn: async ({ signal }) => (await api.get('/views', { query: { entity }, signal })).data,
    staleTime: 60_000,
  });

export const useViews = (entity: CustomEntity) => useQuery(viewsQuery(entity));

function useRefresh() {
  const qc = useQueryClient();
  return () => qc.invalidateQueries({ queryKey: ['views'] });
}

export function useCreateView() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewView) => api.post('/views', { body }),
    onSuccess: refresh,
  });
}

export function useUpdateView() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ id, patch }: { id: string; patch: ViewPatch }) =>
      api.patch('/views/{id}', { path: { id }, body: patch }),
    onSuccess: refresh,
  });
}

export function useDeleteView() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => api.delete('/views/{id}', { path: { id } }),
    onSuccess: refresh,
  });
}

/** The new order stands at once and goes back when the server refuses. */
export function useOrderViews(entity: CustomEntity) {
  const qc = useQueryClient();
  const { queryKey } = viewsQuery(entity);
  return useMutation({
    mutationFn: (ids: string[]) => api.put('/views/order', { body: { entity, ids } }),
    onMutate: (ids) => {
      const before = qc.getQueryData<View[]>(queryKey);
      if (before)
        qc.setQueryData<View[]>(
          queryKey,
          [...before].sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)),
        );
      return { before };
    },
    onError: (_e, _ids, context) => qc.setQueryData(queryKey, context?.before),
    onSettled: () => qc.invalidateQueries({ queryKey }),
  });
}
