import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { NewApiKey } from '@/api/types';

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => api.get('/api-keys', { query: { limit: 200 }, signal }),
});

export function useCreateApiKey() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewApiKey) => api.post('/api-keys', { body }),
    onSuccess: () => qc.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
}

export function useRevokeApiKey() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete('/api-keys/{id}', { path: { id } }),
    onSettled: () => qc.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
}
