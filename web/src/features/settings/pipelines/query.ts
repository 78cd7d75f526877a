import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { Pipeline, Stage, StageIn } from '@/api/sales';
import { pipelinesQuery } from '@/data/pipelines';

type Patch = { name?: string; is_default?: boolean; archived?: boolean; position?: number };

/** Pipelines are drawn on every deal: whatever changes them is read anew everywhere. */
function useRefresh() {
  const qc = useQueryClient();
  return () => {
    for (const queryKey of [pipelinesQuery.queryKey, ['deals'], ['opportunities']])
      void qc.invalidateQueries({ queryKey });
  };
}

export function useCreatePipeline() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: { name: string; stages: StageIn[] }) =>
      api.call<Pipeline>('post', '/pipelines', { body }),
    onSuccess: refresh,
  });
}

export function useUpdatePipeline() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ key, patch }: { key: string; patch: Patch }) =>
      api.call<Pipeline>('patch', '/pipelines/{key}', { path: { key }, body: patch }),
    onSuccess: refresh,
  });
}

export function useDeletePipeline() {
  const refresh = useRefresh();
  return useMutation({
    meta: { silent: true },
    mutationFn: (key: string) => api.call('delete', '/pipelines/{key}', { path: { key } }),
    onSuccess: refresh,
  });
}

/** As the server takes a stage: its place is its place in the list. */
export const stageIn = (s: Stage): StageIn => ({
  key: s.key,
  label: s.label,
  hue: s.hue,
  probability: s.probability,
  outcome: s.outcome,
  transitions: s.transitions ?? null,
  required: s.required,
});

type Save = { key: string; stages: StageIn[]; moves?: Record<string, string> };

/** All stages at once, in their order. What is known of them stands at once and goes back when the server refuses. */
export function useSaveStages() {
  const qc = useQueryClient();
  const refresh = useRefresh();
  const { queryKey } = pipelinesQuery;
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ key, ...body }: Save) =>
      api.call<Pipeline>('put', '/pipelines/{key}/stages', { path: { key }, body }),
    onMutate: ({ key, stages }) => {
      const before = qc.getQueryData<Pipeline[]>(queryKey);
      const place = (s: Stage) => stages.findIndex((x) => x.key === s.key);
      qc.setQueryData<Pipeline[]>(queryKey, (all) =>
        all?.map((p) =>
          p.key === key
            ? {
                ...p,
                stages: p.stages.map((s) => (place(s) < 0 ? s : { ...s, position: place(s) })),
              }
            : p,
        ),
      );
      return { before };
    },
    onError: (_e, _save, context) => qc.setQueryData(queryKey, context?.before),
    onSettled: refresh,
  });
}
