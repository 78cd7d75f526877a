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

/**
 * The server leads to the file store, by a link of the moment. A plain link could not carry the session's token, so
 * the file comes through the page; it is small enough for that.
 */
export async function download(file: Pick<Attachment, 'id' | 'filename'>): Promise<void> {
  const res = await api.raw(`/attachments/${file.id}/download`);
  const url = URL.createObjectURL(await res.blob());
  const a = document.createElement('a');
  a.href = url;
  a.download = file.filename;
  document.body.append(a);
  a.click();
  a.remove();
  // the browser has taken it over by then
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
