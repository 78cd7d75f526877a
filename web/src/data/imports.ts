import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { tenantApi as api } from '@/api/client';
import { useCan } from '@/session/session';
import type { Option } from './lookups';

export type Imported = 'clients' | 'leads' | 'contacts' | 'opportunities' | 'deals' | 'activities' | 'users';

/** What it takes to bring some in; opportunities come with the right to deals. */
export const importRight = (entity: Imported): string => {
  if (entity === 'users') return 'users.manage';
  return entity === 'opportunities' ? 'deals.import' : `${entity}.import`;
};

/** The latest files that records came from; none for roles that don't bring any in. */
export function useImportOptions(entity: Imported): Option[] {
  const can = useCan();
  const { data } = useQuery({
    // apart from the imports themselves: their progress is no reason to read this again
    queryKey: ['import-options', entity],
    queryFn: ({ signal }) =>
      api.get('/imports', {
        query: { entity, status: ['done', 'cancelled', 'failed', 'running', 'paused'], limit: 50 },
        signal,
      }),
    enabled: can(importRight(entity)),
    placeholderData: keepPreviousData,
    staleTime: 120_000,
    meta: { silent: true },
  });
  return useMemo(() => (data?.data ?? []).map((i) => ({ value: i.id, label: i.filename })), [data]);
}
