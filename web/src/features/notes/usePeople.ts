import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { tenantApi as api } from '@/api/client';
import { foldedWords, hasWords } from '@/lib/fold';
import type { Person } from './types';

const SHOWN = 6;
const WAIT = 120;

const peopleQuery = (search: string) =>
  queryOptions({
    queryKey: ['notes', 'people', search],
    queryFn: ({ signal }): Promise<Person[]> => api.get('/notes/people', { query: { search }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    meta: { silent: true },
  });

/** Colleagues who fit what was typed after an @; nobody while nobody is looked for. */
export function usePeople(words: string | null): Person[] {
  const text = words?.trim() ?? '';
  const [settled] = useDebouncedValue(text, WAIT);
  const { data } = useQuery({ ...peopleQuery(settled), enabled: words !== null });
  return useMemo(() => {
    if (words === null || !data) return [];
    // the answer may be one to what was typed before
    const folded = foldedWords(text);
    return data.filter((p) => hasWords(p.name, folded)).slice(0, SHOWN);
  }, [words, text, data]);
}
