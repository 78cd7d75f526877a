import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { List } from '@/api/types';
import { AREAS, type Catalogue, type Explanation, type Question, type ResourceType } from './types';

export const catalogueQuery = queryOptions({
  queryKey: ['permissions'],
  queryFn: ({ signal }) => api.call<Catalogue>('get', '/permissions', { signal }),
  staleTime: 600_000,
});

/** Always asked anew: what somebody may do can change from one moment to the next. */
export const explainQuery = (question: Question) =>
  queryOptions({
    queryKey: ['access', 'explain', question],
    queryFn: ({ signal }) => api.call<Explanation>('get', '/access/explain', { query: question, signal }),
    staleTime: 0,
    gcTime: 0,
  });

type Found = { id: string; name: string; email?: string | null };
/** A few records by what was typed; without words the newest. */
export const findQuery = (type: ResourceType, words: string) =>
  queryOptions({
    queryKey: [AREAS[type], 'find', words],
    queryFn: ({ signal }) =>
      api.call<List<Found>>('get', `/${AREAS[type]}`, {
        query: { search: words || undefined, limit: 20 },
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
