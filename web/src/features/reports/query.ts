import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { tenantApi as api } from '@/api/client';
import type { Dashboard, Part, Widget } from './types';

/** One part of the report: widgets wait, fail and are tried again by themselves. */
export const partQuery = (part: Part, params: Record<string, string>) =>
  queryOptions({
    queryKey: ['reports', 'sales', part, params],
    queryFn: ({ signal }) => api.get('/reports/sales', { query: { ...params, part }, signal }),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

export const dashboardQuery = queryOptions({
  // not among the figures, which are asked for anew when something happens
  queryKey: ['reports-dashboard'],
  queryFn: ({ signal }) => api.get('/reports/dashboard', { signal }),
  staleTime: 300_000,
});

/** The own arrangement: shown at once, kept by the server, put back if that fails. */
export function useDashboard() {
  const qc = useQueryClient();
  const query = useQuery(dashboardQuery);
  const { queryKey } = dashboardQuery;
  const before = useRef<Dashboard | undefined>(undefined);
  const kept = {
    // one after the other: the last arrangement is the one that stays
    scope: { id: 'reports-dashboard' },
    onError: () => {
      if (before.current) qc.setQueryData(queryKey, before.current);
    },
    onSuccess: (d: Dashboard) => {
      before.current = d;
      if (qc.isMutating({ mutationKey: queryKey }) <= 1) qc.setQueryData(queryKey, d);
    },
  };
  const put = useMutation({
    mutationKey: queryKey,
    mutationFn: (widgets: Widget[]) => api.put('/reports/dashboard', { body: { widgets } }),
    ...kept,
  });
  const reset = useMutation({
    mutationKey: queryKey,
    mutationFn: () => api.delete('/reports/dashboard'),
    ...kept,
  });
  const arrange = (widgets: Widget[]) => {
    void qc.cancelQueries({ queryKey });
    before.current ??= query.data;
    qc.setQueryData(queryKey, (d) => (d ? { ...d, widgets, is_default: false } : d));
    put.mutate(widgets);
  };
  return { query, arrange, reset: () => reset.mutate() };
}
