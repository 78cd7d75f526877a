import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { DocumentType, DocumentTypePatch, NewDocumentType } from '@/api/types';
import { inOrder } from '@/components/reorder';

export const documentTypesQuery = queryOptions({
  queryKey: ['document-types'],
  queryFn: async ({ signal }) => (await api.get('/document-types', { signal })).data,
  staleTime: 120_000,
});

const useRefresh = () => {
  const qc = useQueryClient();
  return () => {
    void qc.invalidateQueries({ queryKey: ['documents'] });
    return qc.invalidateQueries({ queryKey: documentTypesQuery.queryKey });
  };
};

export function useCreateType() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewDocumentType) => api.post('/document-types', { body }),
    onSuccess: refresh,
  });
}

export function useUpdateType() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ key, patch }: { key: string; patch: DocumentTypePatch }) =>
      api.patch('/document-types/{key}', { path: { key }, body: patch }),
    onSuccess: refresh,
  });
}

export function useOrderTypes() {
  const qc = useQueryClient();
  const refresh = useRefresh();
  const { queryKey } = documentTypesQuery;
  return useMutation({
    mutationFn: (keys: string[]) => api.put('/document-types/order', { body: { keys } }),
    onMutate: (keys) => {
      const before = qc.getQueryData<DocumentType[]>(queryKey);
      if (before)
        qc.setQueryData(
          queryKey,
          inOrder(before, (k) => k.key, [...keys, ...before.filter((k) => k.archived).map((k) => k.key)]),
        );
      return { before };
    },
    onError: (_e, _keys, context) => qc.setQueryData(queryKey, context?.before),
    onSettled: refresh,
  });
}
