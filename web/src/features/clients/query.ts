import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { Client, ClientPatch, NewClient } from '@/api/types';
import { patchRecord, putRecord, readStale, removeRecords } from '@/data/lists';

/** What the change looks like on screen until the server has answered. */
type Shown = Partial<Client>;

export const clientQuery = (id: string) =>
  queryOptions({
    queryKey: ['clients', 'detail', id],
    queryFn: ({ signal }) => api.get('/clients/{id}', { path: { id }, signal }),
  });

/** Applied at once; taken back when the server says no. */
export function useUpdateClient() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ client, patch }: { client: Client; patch: ClientPatch; shown?: Shown }) =>
      api.patch('/clients/{id}', { path: { id: client.id }, body: { ...patch, version: client.version } }),
    onMutate: ({ client, patch, shown }) => ({
      undo: patchRecord<Client>(qc, 'clients', client.id, { ...patch, ...shown } as Partial<Client>),
    }),
    onSuccess: (fresh) => {
      putRecord<Client>(qc, 'clients', fresh);
      void qc.invalidateQueries({ queryKey: ['clients', 'timeline', fresh.id] });
    },
    onError: (error, { client }, context) => {
      context?.undo();
      return readStale<Client>(qc, 'clients', error, clientQuery(client.id));
    },
  });
}

export function useCreateClient() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewClient) => api.post('/clients', { body }),
    onSuccess: (client) => {
      qc.setQueryData(['clients', 'detail', client.id], client);
      void qc.invalidateQueries({ queryKey: ['clients', 'list'] });
      void qc.invalidateQueries({ queryKey: ['dashboard'] });
    },
  });
}

/** Rows vanish at once; those the server would not delete come back. */
export function useDeleteClients() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) => inTurn(ids, (id) => api.delete('/clients/{id}', { path: { id } })),
    onMutate: (ids) => ({ undo: removeRecords(qc, 'clients', ids) }),
    onError: (_e, _ids, context) => {
      context?.undo();
      void qc.invalidateQueries({ queryKey: ['clients', 'list'] });
    },
    onSuccess: (_r, ids) => {
      for (const id of ids) qc.removeQueries({ queryKey: ['clients', 'detail', id] });
      void qc.invalidateQueries({ queryKey: ['dashboard'] });
    },
  });
}

export function useRestoreClients() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) => inTurn(ids, (id) => api.post('/clients/{id}/restore', { path: { id } })),
    onSettled: () => qc.invalidateQueries({ queryKey: ['clients'] }),
  });
}

/** A few at a time: a bulk action must not crowd out everything else. */
async function inTurn<T>(ids: string[], call: (id: string) => Promise<T>): Promise<void> {
  const queue = [...ids];
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) await call(id);
  };
  await Promise.all(Array.from({ length: Math.min(4, ids.length) }, worker));
}
