import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { BrandingPatch } from '@/api/types';
import { useUi } from '@/app/ui';
import { brandingFrom } from '@/theme/branding';

export const brandingQuery = queryOptions({
  queryKey: ['branding'],
  queryFn: async ({ signal }) => brandingFrom(await api.get('/branding', { signal })),
});

/** The app itself takes the new look with the server's answer. */
export function useSaveBranding() {
  const qc = useQueryClient();
  const { setBranding } = useUi();
  return useMutation({
    meta: { silent: true },
    mutationFn: (patch: BrandingPatch) => api.patch('/settings/branding', { body: patch }),
    onSuccess: ({ branding }) => {
      const look = brandingFrom(branding);
      qc.setQueryData(brandingQuery.queryKey, look);
      setBranding(look);
    },
  });
}
