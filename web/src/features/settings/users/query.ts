import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { NewUser, UserPatch } from '@/api/types';

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
        void qc.invalidateQueries({ queryKey: ['clients'] });
        void qc.invalidateQueries({ queryKey: ['leads'] });
      }
    },
  });
}

export const useInviteAgain = () =>
  useMutation({ mutationFn: (id: string) => api.post('/users/{id}/invite', { path: { id } }) });
export const useResetPassword = () =>
  useMutation({ mutationFn: (id: string) => api.post('/users/{id}/reset-password', { path: { id } }) });
