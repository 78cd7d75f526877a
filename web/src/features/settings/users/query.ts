import { queryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { NewUser, User, UserPatch } from '@/api/types';
import { putRecord } from '@/data/lists';

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'detail', id],
    queryFn: ({ signal }) => api.get('/users/{id}', { path: { id }, signal }),
  });
export const userSessionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'sessions', id],
    queryFn: ({ signal }) => api.get('/users/{id}/sessions', { path: { id }, signal }),
  });
/** What somebody did, or of that only the masked values they revealed. */
export const useUserActivity = (id: string, kind?: 'reveals') =>
  useInfiniteQuery({
    queryKey: ['users', 'activity', id, kind ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      api.get('/users/{id}/activity', {
        path: { id },
        query: { kind, cursor: pageParam, limit: 30 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (p) => p.next_cursor,
  });

export function useCreateUser() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewUser) => api.post('/users', { body }),
    onSuccess: () => qc.invalidateQueries({ queryKey: ['users'] }),
  });
}

export function useUpdateUser(silent = false) {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent },
    mutationFn: ({ id, patch }: { id: string; patch: UserPatch }) =>
      api.patch('/users/{id}', { path: { id }, body: patch }),
    onSuccess: (_u, { patch }) => {
      void qc.invalidateQueries({ queryKey: ['users'] });
      if (patch.reassign_to) {
        for (const key of ['clients', 'leads', 'contacts', 'opportunities', 'deals', 'activities'])
          void qc.invalidateQueries({ queryKey: [key] });
      }
    },
  });
}

export const useInviteAgain = () =>
  useMutation({ mutationFn: (id: string) => api.post('/users/{id}/invite', { path: { id } }) });
export function useResetPassword() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post('/users/{id}/reset-password', { path: { id } }),
    onSuccess: () => qc.invalidateQueries({ queryKey: ['users'] }),
  });
}

/** Both answer with the user as it is then. */
function useRescue(path: '/users/{id}/reset-two-factor' | '/users/{id}/unlock') {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post(path, { path: { id } }),
    onSuccess: (fresh) => {
      putRecord<User>(qc, 'users', fresh);
      void qc.invalidateQueries({ queryKey: ['users'] });
    },
  });
}
export const useResetTwoFactor = () => useRescue('/users/{id}/reset-two-factor');
export const useUnlock = () => useRescue('/users/{id}/unlock');

export function useEndUserSession(id: string) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (session: string) =>
      api.delete('/users/{id}/sessions/{session_id}', { path: { id, session_id: session } }),
    onSettled: () => qc.invalidateQueries({ queryKey: ['users'] }),
  });
}
export function useEndUserSessions() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete('/users/{id}/sessions', { path: { id } }),
    onSettled: () => qc.invalidateQueries({ queryKey: ['users'] }),
  });
}
