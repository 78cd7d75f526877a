import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { ClientDocument, DocumentPatch, List } from '@/api/types';

export const documentTypesQuery = queryOptions({
  queryKey: ['document-types'],
  queryFn: async ({ signal }) => (await api.get('/document-types', { signal })).data,
  staleTime: 120_000,
});

export const clientDocumentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['documents', 'client', id],
    queryFn: async ({ signal }) => (await api.get('/clients/{id}/documents', { path: { id }, signal })).data,
  });

export const kycQuery = (id: string) =>
  queryOptions({
    queryKey: ['documents', 'kyc', id],
    queryFn: ({ signal }) => api.get('/clients/{id}/kyc', { path: { id }, signal }),
  });

/**
 * Every link is an entry of the audit log. It is kept as long as the document is on screen and not a moment longer:
 * who opens it again has looked at it again.
 */
export const linkQuery = (id: string) =>
  queryOptions({
    queryKey: ['document-link', id],
    queryFn: ({ signal }) =>
      api.post('/documents/{id}/link', { path: { id }, body: { purpose: 'view' }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    retry: false,
  });

/** What the browser shows is never kept: the link to save the file is a new one. */
export async function download(id: string): Promise<void> {
  const { url } = await api.post('/documents/{id}/link', { path: { id }, body: { purpose: 'download' } });
  const a = document.createElement('a');
  a.href = url;
  a.rel = 'noopener';
  document.body.append(a);
  a.click();
  a.remove();
}

export type QueueParams = { status?: string; type?: string; team_id?: string; sort?: string };
type Pages = InfiniteData<List<ClientDocument>, string | null>;

export const queueQuery = (params: QueueParams) =>
  infiniteQueryOptions({
    queryKey: ['documents', 'queue', params],
    queryFn: ({ pageParam, signal }) =>
      api.get('/documents', { query: { ...params, cursor: pageParam, limit: 50 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });

/** The server's word on a document, put where it is shown; out of the queues that it no longer belongs to. */
function put(qc: QueryClient, fresh: ClientDocument): void {
  qc.setQueryData<ClientDocument[]>(clientDocumentsQuery(fresh.client_id).queryKey, (all) =>
    all?.map((d) => (d.id === fresh.id ? fresh : d)),
  );
  for (const [key, pages] of qc.getQueriesData<Pages>({ queryKey: ['documents', 'queue'] })) {
    const wanted = (key[2] as QueueParams | undefined)?.status?.split(',');
    if (!pages) continue;
    qc.setQueryData<Pages>(key, {
      ...pages,
      pages: pages.pages.map((p) => ({
        ...p,
        data: p.data
          .filter((d) => d.id !== fresh.id || !wanted || wanted.includes(fresh.status))
          .map((d) => (d.id === fresh.id ? fresh : d)),
      })),
    });
  }
}

function refresh(qc: QueryClient, client: string): void {
  void qc.invalidateQueries({ queryKey: ['documents'] });
  void qc.invalidateQueries({ queryKey: ['clients', 'detail', client] });
}

export function useDecide() {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ document, patch }: { document: ClientDocument; patch: DocumentPatch }) =>
      api.patch('/documents/{id}', {
        path: { id: document.id },
        body: { ...patch, seen_status: document.status },
      }),
    onSuccess: (fresh) => {
      put(qc, fresh);
      refresh(qc, fresh.client_id);
    },
    onError: (_e, { document }) => refresh(qc, document.client_id),
  });
}

export const useRefresh = () => {
  const qc = useQueryClient();
  return (client: string) => refresh(qc, client);
};
