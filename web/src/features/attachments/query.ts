import { infiniteQueryOptions, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { Attachment } from '@/api/types';

/** Leads keep no files. */
export type ParentKind = 'client' | 'contact' | 'deal' | 'opportunity';
export type Parent = { kind: ParentKind; id: string };
export const linkOf = ({ kind, id }: Parent): Record<string, string> => ({ [`${kind}_id`]: id });

export const filesQuery = (parent: Parent) =>
  infiniteQueryOptions({
    queryKey: ['attachments', parent.kind, parent.id],
    queryFn: ({ pageParam, signal }) =>
      api.get('/attachments', { query: { ...linkOf(parent), cursor: pageParam, limit: 50 }, signal }),
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
    mutationFn: (id: string) => api.delete('/attachments/{id}', { path: { id } }),
    onSettled: () => refreshFiles(qc, parent),
  });
}

/** By a link of the moment: what the server leads to is saved by the browser, and never goes through the page. */
export async function download({ id }: Pick<Attachment, 'id'>): Promise<void> {
  const { url } = await api.post('/attachments/{id}/link', { path: { id } });
  const a = document.createElement('a');
  a.href = url;
  a.rel = 'noopener';
  document.body.append(a);
  a.click();
  a.remove();
}
