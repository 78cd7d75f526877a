import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { NewTag, TagPatch } from '@/api/types';
import { tagsQuery } from '@/components/tags';

/** Tags stand on records: their lists are read anew as well. */
export const TOUCHED = [tagsQuery.queryKey, ['clients'], ['leads']] as const;

function useRefresh() {
  const qc = useQueryClient();
  return () => {
    for (const queryKey of TOUCHED) void qc.invalidateQueries({ queryKey });
  };
}

export function useCreateTag() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewTag) => api.post('/tags', { body }),
    onSuccess: refresh,
  });
}

export function useUpdateTag() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ id, patch }: { id: string; patch: TagPatch }) =>
      api.patch('/tags/{id}', { path: { id }, body: patch }),
    onSuccess: refresh,
  });
}

/** Says with it how many records lose the tag: the server refuses when that is no longer so. */
export function useDeleteTag() {
  const qc = useQueryClient();
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ id, confirm }: { id: string; confirm: number }) =>
      api.delete('/tags/{id}', { path: { id }, query: { confirm } }),
    onSettled: refresh,
    onError: (_, { id }) => qc.invalidateQueries({ queryKey: ['tag-use', id] }),
  });
}

// not below `tags`: what is read anew after a deletion must not ask for the tag that is gone

export const useTagUse = (id: string | null) =>
  useQuery({
    queryKey: ['tag-use', id],
    queryFn: ({ signal }) => api.get('/tags/{id}', { path: { id: id ?? '' }, signal }),
    enabled: id !== null,
    staleTime: 0,
  });
