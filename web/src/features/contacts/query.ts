import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { Contact, ContactPatch } from '@/api/sales';
import type { List } from '@/api/types';
import { patchRecord, putRecord, readStale, removeRecords } from '@/data/lists';

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ['contacts', 'detail', id],
    queryFn: ({ signal }) => api.call<Contact>('get', '/contacts/{id}', { path: { id }, signal }),
  });

/** The people of a client, the primary one first. */
export const contactsOfQuery = (client_id: string) =>
  queryOptions({
    queryKey: ['contacts', 'of', client_id],
    queryFn: async ({ signal }) => {
      const query = { client_id, limit: 100, sort: 'created_at' };
      const { data } = await api.call<List<Contact>>('get', '/contacts', { query, signal });
      return [...data].sort((a, b) => Number(b.is_primary) - Number(a.is_primary));
    },
  });

export function useUpdateContact() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ contact, patch }: { contact: Contact; patch: ContactPatch; shown?: Partial<Contact> }) =>
      api.call<Contact>('patch', '/contacts/{id}', {
        path: { id: contact.id },
        body: { ...patch, version: contact.version },
      }),
    onMutate: ({ contact, patch, shown }) => ({
      undo: patchRecord<Contact>(qc, 'contacts', contact.id, { ...patch, ...shown } as Partial<Contact>),
    }),
    onSuccess: (fresh) => {
      putRecord<Contact>(qc, 'contacts', fresh);
      for (const key of [
        ['contacts', 'timeline', fresh.id],
        ['contacts', 'of'],
      ])
        void qc.invalidateQueries({ queryKey: key });
    },
    onError: (error, { contact }, context) => {
      context?.undo();
      return readStale<Contact>(qc, 'contacts', error, contactQuery(contact.id));
    },
  });
}

/** One contact of a client becomes the primary one; the one before is no longer. */
export function useMakePrimary() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (contact: Contact) =>
      api.call<Contact>('patch', '/contacts/{id}/primary', { path: { id: contact.id }, body: {} }),
    onMutate: async (contact) => {
      const key = ['contacts', 'of', contact.client_id];
      await qc.cancelQueries({ queryKey: key });
      const before = qc.getQueryData<Contact[]>(key);
      if (before)
        qc.setQueryData(
          key,
          before
            .map((x) => ({ ...x, is_primary: x.id === contact.id }))
            .sort((a, b) => Number(b.is_primary) - Number(a.is_primary)),
        );
      return { key, before };
    },
    onError: (_e, _contact, context) => context && qc.setQueryData(context.key, context.before),
    onSettled: () => qc.invalidateQueries({ queryKey: ['contacts'] }),
  });
}

export function useCreateContact() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: ContactPatch) => api.call<Contact>('post', '/contacts', { body }),
    onSuccess: (contact) => {
      qc.setQueryData(['contacts', 'detail', contact.id], contact);
      for (const part of ['list', 'of']) void qc.invalidateQueries({ queryKey: ['contacts', part] });
    },
  });
}

export function useDeleteContact() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.call('delete', '/contacts/{id}', { path: { id } }),
    onMutate: (id) => ({ undo: removeRecords(qc, 'contacts', [id]) }),
    onError: (_e, _id, context) => context?.undo(),
    onSuccess: (_r, id) => {
      qc.removeQueries({ queryKey: ['contacts', 'detail', id] });
      for (const part of ['list', 'of']) void qc.invalidateQueries({ queryKey: ['contacts', part] });
    },
  });
}

export function useRestoreContact() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.call('post', '/contacts/{id}/restore', { path: { id }, body: {} }),
    onSettled: () => qc.invalidateQueries({ queryKey: ['contacts'] }),
  });
}
