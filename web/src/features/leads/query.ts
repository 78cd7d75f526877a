import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import { hasCode } from '@/api/errors';
import type { Lead } from '@/api/types';
import { patchRecord } from '@/data/lists';

export type LeadPatch = Partial<
  Pick<
    Lead,
    | 'first_name'
    | 'last_name'
    | 'email'
    | 'phone'
    | 'country'
    | 'status'
    | 'source'
    | 'partner_id'
    | 'assigned_to'
    | 'message'
  >
>;

export const leadQuery = (id: string) =>
  queryOptions({
    queryKey: ['leads', 'detail', id],
    queryFn: ({ signal }) => api.get<Lead>(`/leads/${id}`, { signal }),
  });

/** A change of the status alone goes its own way on the server: it has its own right and its own event. */
const send = (lead: Lead, patch: LeadPatch): Promise<Lead> => {
  const keys = Object.keys(patch);
  return keys.length === 1 && patch.status
    ? api.patch<Lead>(`/leads/${lead.id}/status`, { status: patch.status })
    : api.patch<Lead>(`/leads/${lead.id}`, { ...patch, version: lead.version });
};

export function useUpdateLead() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ lead, patch }: { lead: Lead; patch: LeadPatch; shown?: Partial<Lead> }) =>
      send(lead, patch),
    onMutate: ({ lead, patch, shown }) => ({
      undo: patchRecord<Lead>(qc, 'leads', lead.id, { ...patch, ...shown }),
    }),
    onSuccess: (fresh, { lead }) => {
      if (fresh?.id) patchRecord<Lead>(qc, 'leads', lead.id, fresh);
      void qc.invalidateQueries({ queryKey: ['leads', 'timeline', lead.id] });
    },
    onError: (error, { lead }, context) => {
      context?.undo();
      if (hasCode(error, 'stale_version'))
        void qc
          .fetchQuery({ ...leadQuery(lead.id), staleTime: 0 })
          .then((fresh) => patchRecord<Lead>(qc, 'leads', fresh.id, fresh));
    },
  });
}

export function useCreateLead() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: LeadPatch) => api.post<Lead>('/leads', body),
    onSuccess: (lead) => {
      qc.setQueryData(['leads', 'detail', lead.id], lead);
      void qc.invalidateQueries({ queryKey: ['leads', 'list'] });
    },
  });
}

export function useConvertLead() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<{ client_id: string }>(`/leads/${id}/convert`),
    onSuccess: () => {
      void qc.invalidateQueries({ queryKey: ['leads'] });
      void qc.invalidateQueries({ queryKey: ['clients'] });
      void qc.invalidateQueries({ queryKey: ['dashboard'] });
    },
  });
}

/** Leads have no bulk call of their own: the owner is set one by one, a few at a time. */
export function useAssignLeads() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: async ({ ids, to }: { ids: string[]; to: string | null; name: string | null }) => {
      const queue = [...ids];
      const worker = async () => {
        for (let id = queue.shift(); id !== undefined; id = queue.shift())
          await api.patch(`/leads/${id}`, { assigned_to: to });
      };
      await Promise.all(Array.from({ length: Math.min(4, ids.length) }, worker));
    },
    onMutate: ({ ids, to, name }) => {
      const undo = ids.map((id) =>
        patchRecord<Lead>(qc, 'leads', id, { assigned_to: to, assigned_to_name: name }),
      );
      return {
        undo: () => {
          for (const u of [...undo].reverse()) u();
        },
      };
    },
    onError: (_e, _v, context) => context?.undo(),
    onSettled: () => qc.invalidateQueries({ queryKey: ['leads'] }),
  });
}
