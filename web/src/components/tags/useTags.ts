import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { tenantApi as api } from '@/api/client';
import type { Option } from '@/data/lookups';
import { type Hue, hueOrGrey } from '../StatusPill';

export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  queryFn: async ({ signal }) => (await api.get('/tags', { signal })).data,
  staleTime: 120_000,
});

/** The company's tags and their colours; case makes no other tag. */
export function useTags() {
  const { data } = useQuery(tagsQuery);
  return useMemo(() => {
    const tags = data ?? [];
    const hues = new Map(tags.map((t) => [t.name.toLowerCase(), hueOrGrey(t.hue)]));
    return { tags, hue: (name: string): Hue => hues.get(name.toLowerCase()) ?? 'grey' };
  }, [data]);
}

export function useTagOptions(): Option[] {
  const { tags } = useTags();
  return useMemo(() => tags.map((t) => ({ value: t.name, label: t.name, hue: hueOrGrey(t.hue) })), [tags]);
}
