import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';

export const mySessionsQuery = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: ({ signal }) => api.get('/me/sessions', { signal }),
});

export function useEndMySession() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete('/me/sessions/{id}', { path: { id } }),
    onSettled: () => qc.invalidateQueries({ queryKey: mySessionsQuery.queryKey }),
  });
}
export function useEndOtherSessions() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: () => api.post('/me/sessions/end-others'),
    onSettled: () => qc.invalidateQueries({ queryKey: mySessionsQuery.queryKey }),
  });
}

/** The four steps of the second factor. Their failures belong to the field that was typed in. */
export const useSetUpTwoFactor = () =>
  useMutation({
    meta: { silent: true },
    mutationFn: (password: string) => api.post('/auth/two-factor/setup', { body: { password } }),
  });
export const useEnableTwoFactor = () =>
  useMutation({
    meta: { silent: true },
    mutationFn: (code: string) => api.post('/auth/two-factor/enable', { body: { code } }),
  });
type Proof = { password: string; code: string };
export const useDisableTwoFactor = () =>
  useMutation({
    meta: { silent: true },
    mutationFn: (body: Proof) => api.post('/auth/two-factor/disable', { body }),
  });
export const useNewRecoveryCodes = () =>
  useMutation({
    meta: { silent: true },
    mutationFn: (body: Proof) => api.post('/auth/two-factor/recovery-codes', { body }),
  });
