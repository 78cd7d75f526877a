import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { ConsolePatch, ConsoleSetup, Trial } from './types';

export const consoleQuery = queryOptions({
  queryKey: ['console-settings'],
  queryFn: ({ signal }): Promise<ConsoleSetup> => api.get('/settings/console', { signal }),
});

/** The server answers with everything as it is now. */
export function useSaveConsole() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: ConsolePatch): Promise<ConsoleSetup> => api.put('/settings/console', { body }),
    onSuccess: (saved) => qc.setQueryData(consoleQuery.queryKey, saved),
  });
}

/** Changes nothing; the token is forgotten with the answer. */
export function useTryToken() {
  return useMutation({
    meta: { silent: true },
    gcTime: 0,
    mutationFn: (token: string): Promise<Trial> => api.post('/settings/console/test', { body: { token } }),
  });
}
