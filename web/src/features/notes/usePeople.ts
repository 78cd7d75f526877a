import { useMemo } from 'react';
import { useOwnerOptions } from '@/data/lookups';
import { foldedWords, hasWords } from '@/lib/fold';
import type { Person } from './types';

const SHOWN = 6;

/** Colleagues who fit what was typed after an @; nobody while nobody is looked for. */
export function usePeople(words: string | null): Person[] {
  const known = useOwnerOptions();
  return useMemo(() => {
    if (words === null) return [];
    const folded = foldedWords(words);
    return known
      .filter((o) => hasWords(o.label, folded))
      .slice(0, SHOWN)
      .map((o) => ({ id: o.value, name: o.label }));
  }, [words, known]);
}
