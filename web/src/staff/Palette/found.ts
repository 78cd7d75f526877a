import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { tenantApi as api } from '@/api/client';
import type { FoundGroup } from '@/api/types';
import { foldedWords, hasWords } from '@/lib/fold';

/** One letter says nothing yet. */
const SHORTEST = 2;
const WAIT = 110;

export type Found = {
  groups: FoundGroup[];
  /** Nothing is known yet of what was typed: show that something comes. */
  waiting: boolean;
  /** A part took too long. */
  partial: boolean;
  failed: boolean;
};

/**
 * What was found for an earlier text, as far as it still fits: Enter must not open a stranger. What the
 * server found by a number or a slip of the finger can't be judged here; it goes.
 */
export function stillFitting(groups: readonly FoundGroup[], typed: string): FoundGroup[] {
  const words = foldedWords(typed);
  return groups.flatMap((g) => {
    const items = g.items.filter((i) => hasWords(`${i.title} ${i.subtitle ?? ''}`, words));
    return items.length ? [{ ...g, items }] : [];
  });
}

/** Clients, leads, partners and users that the server finds. */
export function useFound(typed: string): Found {
  const text = typed.trim();
  const [settled] = useDebouncedValue(text, WAIT);
  const query = useQuery({
    queryKey: ['search', settled],
    queryFn: ({ signal }) => api.get('/search', { query: { q: settled, limit: '5' }, signal }),
    enabled: settled.length >= SHORTEST,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  if (text.length < SHORTEST) return { groups: [], waiting: false, partial: false, failed: false };
  const late = settled !== text || query.isPlaceholderData || !query.data;
  const known = query.data?.groups ?? [];
  const groups = late ? stillFitting(known, text) : known;
  return {
    groups,
    waiting: late && !query.isError && !groups.length,
    partial: !late && Boolean(query.data?.partial),
    failed: query.isError && settled === text,
  };
}
