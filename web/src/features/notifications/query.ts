import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { Notification } from '@/api/types';

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) => api.get('/notifications', { query: { limit: 30 }, signal }),
});

/** Some, or all; shown at once. */
export function useMarkRead() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[] | null) =>
      api.post('/notifications/read', { body: ids ? { ids } : { all: true } }),
    onMutate: (ids) => {
      const at = new Date().toISOString();
      qc.setQueryData(notificationsQuery.queryKey, (old) => {
        if (!old) return old;
        const now = (n: Notification) => !n.read_at && (!ids || ids.includes(n.id));
        const marked = old.data.filter(now).length;
        return {
          ...old,
          unread: ids ? Math.max(0, old.unread - marked) : 0,
          data: old.data.map((n) => (now(n) ? { ...n, read_at: at } : n)),
        };
      });
    },
    onSettled: () => qc.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
  });
}

const PATHS: Record<string, (id: string) => string> = {
  client: (id) => `/clients/${id}`,
  lead: (id) => `/leads/${id}`,
  contact: (id) => `/contacts/${id}`,
  deal: (id) => `/deals/${id}`,
  opportunity: (id) => `/opportunities/${id}`,
};
/** Where it leads: a mention to the notes of its record, everything else to the record itself. */
export function targetOf(n: Notification): { to: string; search: Record<string, string> } | null {
  const { entity, record_id: id } = n;
  if (!entity || !id) return null;
  if (entity === 'activity') return { to: '/activities', search: { task: id } };
  const path = PATHS[entity];
  return path ? { to: path(id), search: n.kind === 'mention' ? { tab: 'notes' } : {} } : null;
}
