import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { Lead, LeadPatch, NewLead } from '@/api/types';
import { patchRecord, putRecord, readStale } from '@/data/lists';

export const leadQuery = (id: string) =>
  queryOptions({
    queryKey: ['leads', 'detail', id],
    queryFn: ({ signal }) => api.get('/leads/{id}', { path: { id }, signal }),
  });

export const leadHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['leads', 'timeline', id, 'history'],
    queryFn: ({ signal }) => api.get('/leads/{id}/history', { path: { id }, signal }),
  });

export const conversionQuery = (id: string) =>
  queryOptions({
    queryKey: ['leads', 'conversion', id],
    queryFn: ({ signal }) => api.get('/leads/{id}/conversion', { path: { id }, signal }),
    staleTime: 0,
  });

/** A change of the status alone goes its own way on the server: it has its own right and its own event. */
const send = (lead: Lead, patch: LeadPatch): Promise<Lead> => {
  const keys = Object.keys(patch).filter((key) => key !== 'reason');
  return keys.length === 1 && patch.status
    ? api.patch('/leads/{id}/status', {
        path: { id: lead.id },
        body: { status: patch.status, reason: patch.reason },
      })
    : api.patch('/leads/{id}', { path: { id: lead.id }, body: { ...patch, version: lead.version } });
};

export function useUpdateLead() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ lead, patch }: { lead: Lead; patch: LeadPatch; shown?: Partial<Lead> }) =>
      send(lead, patch),
    onMutate: ({ lead, patch, shown }) => ({
      undo: patchRecord<Lead>(qc, 'leads', lead.id, { ...patch, ...shown } as Partial<Lead>),
    }),
    onSuccess: (fresh, { lead }) => {
      putRecord<Lead>(qc, 'leads', fresh);
      void qc.invalidateQueries({ queryKey: ['leads', 'timeline', lead.id] });
    },
    onError: (error, { lead }, context) => {
      context?.undo();
      return readStale<Lead>(qc, 'leads', error, leadQuery(lead.id));
    },
  });
}

export function useCreateLead() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewLead) => api.post('/leads', { body }),
    onSuccess: (lead) => {
      qc.setQueryData(['leads', 'detail', lead.id], lead);
      void qc.invalidateQueries({ queryKey: ['leads', 'list'] });
    },
  });
}

export type NewOpportunity = {
  name: string;
  amount?: string;
  pipeline?: string;
  expected_close_date?: string;
};
type Converted = { client_id: string; contact_id?: string | null; opportunity_id?: string | null };

export function useConvertLead() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    /** `client_id`: becomes part of a client that is there already. */
    mutationFn: ({ id, ...body }: { id: string; client_id?: string; opportunity?: NewOpportunity }) =>
      api.call<Converted>('post', '/leads/{id}/convert', { path: { id }, body }),
    onSuccess: () => {
      void qc.invalidateQueries({ queryKey: ['leads'] });
      void qc.invalidateQueries({ queryKey: ['clients'] });
      void qc.invalidateQueries({ queryKey: ['contacts'] });
      void qc.invalidateQueries({ queryKey: ['opportunities'] });
      void qc.invalidateQueries({ queryKey: ['dashboard'] });
    },
  });
}
