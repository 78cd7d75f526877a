import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { AssignmentRule, AssignmentRulePatch } from '@/api/types';
import { inOrder } from '@/components/reorder';

export type RuleEntity = 'client' | 'lead';

export const rulesQuery = queryOptions({
  queryKey: ['assignment-rules'],
  queryFn: async ({ signal }) => (await api.get('/assignment-rules', { signal })).data,
  staleTime: 60_000,
});

export const previewQuery = (entity: RuleEntity) =>
  queryOptions({
    queryKey: ['assignment-rules', 'preview', entity],
    queryFn: () => api.post('/assignment-rules/preview', { body: { entity } }),
    staleTime: 30_000,
  });

const useRefresh = () => {
  const qc = useQueryClient();
  return () => qc.invalidateQueries({ queryKey: rulesQuery.queryKey });
};

export function useSaveRule() {
  const onSuccess = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ id, body }: { id?: string; body: AssignmentRulePatch }) =>
      id
        ? api.patch('/assignment-rules/{id}', { path: { id }, body })
        : api.post('/assignment-rules', { body }),
    onSuccess,
  });
}

export function useDeleteRule() {
  const onSuccess = useRefresh();
  return useMutation({
    mutationFn: (id: string) => api.delete('/assignment-rules/{id}', { path: { id } }),
    onSuccess,
  });
}

export function useOrderRules(entity: RuleEntity) {
  const qc = useQueryClient();
  const refresh = useRefresh();
  const { queryKey } = rulesQuery;
  return useMutation({
    mutationFn: (ids: string[]) => api.put('/assignment-rules/order', { body: { entity, ids } }),
    onMutate: (ids) => {
      const before = qc.getQueryData(queryKey);
      if (before) {
        const own = inOrder(
          before.filter((r) => r.entity === entity),
          (r) => r.id,
          ids,
        );
        qc.setQueryData(queryKey, [...before.filter((r) => r.entity !== entity), ...own]);
      }
      return { before };
    },
    onError: (_e, _ids, context) => qc.setQueryData(queryKey, context?.before),
    onSettled: refresh,
  });
}

/** What a rule that is not saved would have done. */
export function useTryRule() {
  return useMutation({
    meta: { silent: true },
    mutationFn: ({
      entity,
      rule,
      rule_id,
    }: {
      entity: RuleEntity;
      rule: AssignmentRulePatch;
      rule_id?: string;
    }) => api.post('/assignment-rules/preview', { body: { entity, rule, rule_id } }),
  });
}

export type { AssignmentRule };
