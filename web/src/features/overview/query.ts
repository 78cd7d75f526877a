import { queryOptions } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';

export const teamsOverviewQuery = queryOptions({
  queryKey: ['overview', 'teams'],
  queryFn: ({ signal }) => api.get('/overview/teams', { signal }),
  staleTime: 30_000,
});
export const agentsOverviewQuery = (team_id: string | undefined) =>
  queryOptions({
    queryKey: ['overview', 'agents', team_id ?? ''],
    queryFn: ({ signal }) => api.get('/overview/agents', { query: { team_id }, signal }),
    staleTime: 30_000,
  });
