import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { SettingOut, SettingsPatch } from './types';

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async ({ signal }) => (await api.get('/settings', { signal })).settings as SettingOut[],
});

/** The server answers with all settings as they are now. */
export function useSaveSettings() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (patch: SettingsPatch) => api.patch('/settings', { body: patch }),
    onSuccess: (saved) => qc.setQueryData(settingsQuery.queryKey, saved.settings as SettingOut[]),
  });
}

/** The address this browser comes from, as the server sees it. */
export const ownAddressQuery = queryOptions({
  queryKey: ['me', 'address'],
  queryFn: async ({ signal }) => {
    const { data } = await api.get('/me/sessions', { signal });
    return data.find((s) => s.current)?.ip ?? null;
  },
  meta: { silent: true },
  retry: false,
});
