import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { tenantApi as api } from '@/api/client';
import type { Pipeline, Stage } from '@/api/sales';
import { hueOrGrey } from '@/components/StatusPill';
import { useCan } from '@/session/session';
import type { Option } from './lookups';

export const pipelinesQuery = queryOptions({
  queryKey: ['pipelines'],
  queryFn: async ({ signal }) => {
    const answer = await api.call<Pipeline[] | { data: Pipeline[] }>('get', '/pipelines', { signal });
    const all = Array.isArray(answer) ? answer : answer.data;
    return [...all].sort((a, b) => a.position - b.position);
  },
  staleTime: 300_000,
});

const inOrder = (p: Pipeline | undefined): Stage[] =>
  [...(p?.stages ?? [])].sort((a, b) => a.position - b.position);

export const stageOption = (s: Stage): Option => ({ value: s.key, label: s.label, hue: hueOrGrey(s.hue) });

/** The pipelines in use and their stages. */
export function usePipelines() {
  const can = useCan();
  const { data, isSuccess } = useQuery({
    ...pipelinesQuery,
    enabled: ['deals.read', 'opportunities.read', 'pipelines.manage'].some(can),
  });
  return useMemo(() => {
    const list = (data ?? []).filter((p) => !p.archived);
    const byKey = new Map((data ?? []).map((p) => [p.key, p]));
    return {
      list,
      ready: isSuccess,
      options: list.map<Option>((p) => ({ value: p.key, label: p.name })),
      /** The one that is meant where none is named. */
      first: list.find((p) => p.is_default) ?? list[0],
      of: (key: string | undefined) => (key ? byKey.get(key) : undefined),
      stages: (key: string | undefined) => inOrder(key ? byKey.get(key) : undefined),
      /** Every stage once, for filters over several pipelines. */
      stageOptions: [...new Map(list.flatMap(inOrder).map((s) => [s.key, stageOption(s)])).values()],
    };
  }, [data, isSuccess]);
}
