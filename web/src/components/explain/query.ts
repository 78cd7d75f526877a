import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { List } from '@/api/types';
import type { Catalogue, Explanation, Question, ResourceType } from './types';

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

/** What can be found by its name: records that rights are asked about, and people to talk to. */
export type Findable = ResourceType | 'contact';
type Found = { id: string; name: string; email?: string | null };
/** A few records by what was typed; without words the newest. */
export const findQuery = (type: Findable, words: string) =>
  queryOptions({
    queryKey: [`${type}s`, 'find', words],
    queryFn: ({ signal }) =>
      api.call<List<Found>>('get', `/${type}s`, { query: { search: words || undefined, limit: 20 }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
