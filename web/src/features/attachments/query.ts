import { infiniteQueryOptions, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { List } from '@/api/types';

/** Leads keep no files. An opportunity is a deal that has not been agreed on yet. */
export type ParentKind = 'client' | 'contact' | 'deal' | 'opportunity';
export type Parent = { kind: ParentKind; id: string };
export type Attachment = {
  id: string;
  filename: string;
  content_type: string;
  bytes: number;
  uploaded_by?: string | null;
  uploader_name: string;
  created_at: string;
};

export const linkOf = ({ kind, id }: Parent): Record<string, string> => ({
  [kind === 'opportunity' ? 'deal_id' : `${kind}_id`]: id,
});

export const filesQuery = (parent: Parent) =>
  infiniteQueryOptions({
    queryKey: ['attachments', parent.kind, parent.id],
    queryFn: ({ pageParam, signal }) =>
      api.call<List<Attachment>>('get', '/attachments', {
        query: { ...linkOf(parent), cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
  });

export function refreshFiles(qc: QueryClient, parent: Parent) {
  void qc.invalidateQueries({ queryKey: ['attachments', parent.kind, parent.id] });
  const entity = parent.kind === 'opportunity' ? 'opportunities' : `${parent.kind}s`;
  void qc.invalidateQueries({ queryKey: [entity, 'timeline', parent.id] });
}

export function useDeleteFile(parent: Parent) {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (id: string) => api.call<unknown>('delete', '/attachments/{id}', { path: { id } }),
    onSettled: () => refreshFiles(qc, parent),
  });
}

/** The link lives for a moment and is asked for when it is wanted; the server notes who got it. */
export async function download(id: string): Promise<void> {
  const { url } = await api.call<{ url: string }>('post', '/attachments/{id}/link', {
    path: { id },
    body: {},
  });
  const a = document.createElement('a');
  a.href = url;
  a.rel = 'noopener';
  document.body.append(a);
  a.click();
  a.remove();
}
