import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { tenantApi as api } from '@/api/client';
import { useCan } from '@/session/session';
import type { Option } from './lookups';

/** The latest files that records came from; none for roles that don't bring any in. */
export function useImportOptions(entity: 'clients' | 'leads' | 'contacts' | 'users'): Option[] {
  const can = useCan();
  const { data } = useQuery({
    // apart from the imports themselves: their progress is no reason to read this again
    queryKey: ['import-options', entity],
    queryFn: ({ signal }) =>
      api.get('/imports', {
        query: { entity, status: ['done', 'cancelled', 'failed', 'running', 'paused'], limit: 50 },
        signal,
      }),
    enabled: can(entity === 'users' ? 'users.manage' : `${entity}.import`),
    placeholderData: keepPreviousData,
    staleTime: 120_000,
    meta: { silent: true },
  });
  return useMemo(() => (data?.data ?? []).map((i) => ({ value: i.id, label: i.filename })), [data]);
}
