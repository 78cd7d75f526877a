import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';

/** What all panels of the page are narrowed by. */
export type Narrowed = { team_id?: string; from: string; to: string };

const shared = { staleTime: 30_000, placeholderData: keepPreviousData };

export const clientFiguresQuery = (by: Narrowed) =>
  queryOptions({
    queryKey: ['dashboard', 'clients', by],
    queryFn: ({ signal }) => api.get('/dashboard/clients', { query: by, signal }),
    ...shared,
  });

export const leadFiguresQuery = (by: Narrowed) =>
  queryOptions({
    queryKey: ['dashboard', 'leads', by],
    queryFn: ({ signal }) => api.get('/dashboard/leads', { query: by, signal }),
    ...shared,
  });
