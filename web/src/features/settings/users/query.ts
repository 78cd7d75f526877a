import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { User, UserStatus } from '@/api/types';

export type NewUser = { email: string; name: string; role: string; team_id: string | null };
export type UserPatch = {
  name?: string;
  role?: string;
  team_id?: string | null;
  status?: UserStatus;
  reassign_to?: string;
};

export function useCreateUser() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewUser) => api.post<User>('/users', body),
    onSuccess: () => qc.invalidateQueries({ queryKey: ['users'] }),
  });
}

export function useUpdateUser(silent = false) {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent },
    mutationFn: ({ id, patch }: { id: string; patch: UserPatch }) => api.patch<User>(`/users/${id}`, patch),
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
  useMutation({ mutationFn: (id: string) => api.post(`/users/${id}/invite`) });
export const useResetPassword = () =>
  useMutation({ mutationFn: (id: string) => api.post(`/users/${id}/reset-password`) });
