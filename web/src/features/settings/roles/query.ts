import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { tenantApi as api } from '@/api/client';
import { isApiError } from '@/api/errors';
import { errorText } from '@/components';
import { rolesQuery } from '@/data/lookups';
import type {
  Effect,
  EffectOf,
  NewRole,
  PreviewedType,
  RecordPreview,
  Role,
  RolePatch,
  Rules,
} from './types';

export const roleListQuery = queryOptions({
  ...rolesQuery,
  select: (list): Role[] => list.data as Role[],
});
export const roleQuery = (id: string) =>
  queryOptions({
    queryKey: ['roles', 'detail', id],
    queryFn: ({ signal }) => api.call<Role>('get', '/roles/{id}', { path: { id }, signal }),
  });

/** What saving, or deleting, would mean for the people who have the role. Never an old answer. */
export const effectQuery = (id: string, change: EffectOf) =>
  queryOptions({
    queryKey: ['roles', 'effect', id, change],
    queryFn: ({ signal }) =>
      api.call<Effect>('post', '/roles/{id}/preview', { path: { id }, body: change, signal }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

export type PreviewBody = Rules & { resource_type: PreviewedType; resource_id?: string };
export const recordPreviewQuery = (body: PreviewBody) =>
  queryOptions({
    queryKey: ['roles', 'record', body],
    queryFn: ({ signal }) => api.call<RecordPreview>('post', '/roles/preview-record', { body, signal }),
    placeholderData: (before, query) => {
      const [, , old] = (query?.queryKey ?? []) as [string?, string?, PreviewBody?];
      // another kind of record is not a former state of this one
      return old?.resource_type === body.resource_type ? before : undefined;
    },
    staleTime: 10_000,
    gcTime: 60_000,
    retry: false,
  });

function useRoleChange<V, R>(mutationFn: (v: V) => Promise<R>) {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn,
    onSuccess: () => {
      void qc.invalidateQueries({ queryKey: ['roles', 'list'] });
      void qc.invalidateQueries({ queryKey: ['users'] });
    },
  });
}
export const useCreateRole = () =>
  useRoleChange((body: NewRole) => api.call<Role>('post', '/roles', { body }));
export function useUpdateRole(id: string) {
  const qc = useQueryClient();
  return useRoleChange(async (patch: RolePatch) => {
    const fresh = await api.call<Role>('patch', '/roles/{id}', { path: { id }, body: patch });
    qc.setQueryData(roleQuery(id).queryKey, fresh);
    return fresh;
  });
}
export function useDeleteRole() {
  const qc = useQueryClient();
  return useRoleChange(async ({ id, heir }: { id: string; heir: string | null }) => {
    await api.call<void>('delete', '/roles/{id}', { path: { id }, query: { replace_with: heir } });
    // gone at once, not only when the list has been read again
    qc.setQueryData(
      rolesQuery.queryKey,
      (old) => old && { ...old, data: old.data.filter((r) => r.id !== id) },
    );
  });
}

/** The refusals that only roles know, then the general ones. */
export function roleErrorText(error: unknown): string {
  const key = isApiError(error) ? `roles.error.${error.code}` : '';
  return key && i18next.exists(key) ? i18next.t(key) : errorText(error);
}
/** The permissions and fields a refusal is about. */
export const refusedKeys = (error: unknown): string[] =>
  isApiError(error) ? Object.keys(error.fields).map((key) => key.replace(/^(permissions|fields)\./, '')) : [];
