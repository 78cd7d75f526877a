import { infiniteQueryOptions, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { Note } from '@/api/types';
import { linkOf, type Parent } from './types';

export const notesQuery = (parent: Parent) =>
  infiniteQueryOptions({
    queryKey: ['notes', parent.kind, parent.id],
    queryFn: ({ pageParam, signal }) =>
      api.get('/notes', { query: { ...linkOf(parent), cursor: pageParam, limit: 30 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
  });

function settle(qc: QueryClient, parent: Parent) {
  void qc.invalidateQueries({ queryKey: ['notes', parent.kind, parent.id] });
  const entity = parent.kind === 'opportunity' ? 'opportunities' : `${parent.kind}s`;
  void qc.invalidateQueries({ queryKey: [entity, 'timeline', parent.id] });
}

export function useWriteNote(parent: Parent) {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (content: string) => api.post('/notes', { body: { content, ...linkOf(parent) } }),
    onSuccess: () => settle(qc, parent),
  });
}
export type NotePatch = { content?: string; pinned?: boolean };
export function useChangeNote(parent: Parent) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: ({ note, patch }: { note: Note; patch: NotePatch }) =>
      api.patch('/notes/{id}', {
        path: { id: note.id },
        body: { ...patch, version: note.version },
      }),
    onSettled: () => settle(qc, parent),
  });
}
export function useDeleteNote(parent: Parent) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (note: Note) => api.delete('/notes/{id}', { path: { id: note.id } }),
    onSettled: () => settle(qc, parent),
  });
}
export function useRestoreNote(parent: Parent) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (note: Note) => api.post('/notes/{id}/restore', { path: { id: note.id } }),
    onSettled: () => settle(qc, parent),
  });
}
