import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useOwnerOptions } from '@/data/lookups';
import { foldedWords, hasWords } from '@/lib/fold';
import { peopleQuery } from './query';
import type { Person } from './types';

const SHOWN = 6;

/** Who fits what was typed after an @; nobody while nobody is looked for. */
export function usePeople(words: string | null): Person[] {
  const known = useOwnerOptions();
  const { data } = useQuery({ ...peopleQuery(words ?? ''), enabled: words !== null });
  return useMemo(() => {
    if (words === null) return [];
    const all = data ?? known.map((o) => ({ id: o.value, name: o.label }));
    const folded = foldedWords(words);
    return all.filter((p) => hasWords(p.name, folded)).slice(0, SHOWN);
  }, [words, data, known]);
}
