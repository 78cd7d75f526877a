import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { platformApi } from '@/api/client';

/** The owner's realm is separate from every tenant's: its own client, its own cookie, its own session. */
export type OwnerUser = { id: string; name: string; email: string };
type Me = { user: OwnerUser };

const KEY = ['owner', 'me'] as const;

/** Who is signed in, or null. The access token lives in memory, so a reload first asks the refresh cookie. */
export function useOwner() {
  const client = useQueryClient();
  useEffect(
    () =>
      platformApi.onSession((event) => {
        if (event === 'expired' && client.getQueryData(KEY)) client.setQueryData(KEY, null);
      }),
    [client],
  );
  return useQuery({
    queryKey: KEY,
    queryFn: async (): Promise<Me | null> => {
      if (!platformApi.token && !(await platformApi.refresh())) return null;
      return platformApi.get('/me');
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    meta: { silent: true },
    /** `otp`: the six digits, or a recovery code. */
    mutationFn: (body: { email: string; password: string; otp?: string }) =>
      platformApi.post('/auth/login', { body, auth: false }),
    onSuccess: (answer) => {
      platformApi.setToken(answer.access_token);
      client.setQueryData(KEY, { user: answer.user });
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => platformApi.post('/auth/logout'),
    onSuccess: () => {
      platformApi.setToken(null);
      // not `clear`: the shell watches this entry, and goes when it becomes null
      client.setQueryData(KEY, null);
      client.removeQueries({ predicate: (q) => q.queryKey[1] !== KEY[1] });
    },
  });
}
