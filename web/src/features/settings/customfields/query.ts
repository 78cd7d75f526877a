import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { CustomFieldPatch, NewCustomField } from '@/api/types';
import { inOrder } from '@/components/reorder';
import { type CustomEntity, customFieldsQuery } from '@/data/customFields';

const useRefresh = (entity: CustomEntity) => {
  const qc = useQueryClient();
  return () => qc.invalidateQueries({ queryKey: customFieldsQuery(entity).queryKey });
};

export function useCreateField(entity: CustomEntity) {
  const refresh = useRefresh(entity);
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewCustomField) => api.post('/custom-fields', { body }),
    onSuccess: refresh,
  });
}

export function useUpdateField(entity: CustomEntity) {
  const refresh = useRefresh(entity);
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ id, patch }: { id: string; patch: CustomFieldPatch }) =>
      api.patch('/custom-fields/{id}', { path: { id }, body: patch }),
    onSuccess: refresh,
  });
}

/** Values stay with their records; a field that is brought back shows them again. */
export function useArchiveField(entity: CustomEntity) {
  const refresh = useRefresh(entity);
  return useMutation({
    mutationFn: (id: string) => api.delete('/custom-fields/{id}', { path: { id } }),
    onSuccess: refresh,
  });
}

export function useOrderFields(entity: CustomEntity) {
  const qc = useQueryClient();
  const refresh = useRefresh(entity);
  const { queryKey } = customFieldsQuery(entity);
  return useMutation({
    mutationFn: (ids: string[]) => api.put('/custom-fields/order', { body: { entity, ids } }),
    onMutate: (ids) => {
      const before = qc.getQueryData(queryKey);
      if (before)
        qc.setQueryData(
          queryKey,
          inOrder(before, (f) => f.id, ids),
        );
      return { before };
    },
    onError: (_e, _ids, context) => qc.setQueryData(queryKey, context?.before),
    onSettled: refresh,
  });
}
