import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Wire } from '@/api/wire';

type Schemas = components['schemas'];
export type Consent = Wire<Schemas['ConsentOut']>;
export type NewConsent = Wire<Schemas['ConsentIn']>;
export type ConsentPatch = Wire<Schemas['ConsentPatch']>;

export const consentsQuery = queryOptions({
  queryKey: ['consents'],
  queryFn: async ({ signal }) => (await api.get('/consents', { signal })).data,
});
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['consents', 'versions', id],
    queryFn: async ({ signal }) => (await api.get('/consents/{id}/versions', { path: { id }, signal })).data,
    enabled: id !== '',
  });
export const captchaSecretQuery = queryOptions({
  queryKey: ['captcha-secret'],
  queryFn: ({ signal }) => api.get('/captcha/secret', { signal }),
});

const useRefresh = () => {
  const qc = useQueryClient();
  return () => qc.invalidateQueries({ queryKey: consentsQuery.queryKey });
};
export function useCreateConsent() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewConsent) => api.post('/consents', { body }),
    onSuccess: refresh,
  });
}
export function useUpdateConsent() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ id, patch }: { id: string; patch: ConsentPatch }) =>
      api.patch('/consents/{id}', { path: { id }, body: patch }),
    onSuccess: refresh,
  });
}
export function usePutSecret() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (secret: string | null) => api.put('/captcha/secret', { body: { secret } }),
    onSuccess: (saved) => qc.setQueryData(captchaSecretQuery.queryKey, saved),
  });
}
