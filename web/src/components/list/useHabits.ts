import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import type { CustomEntity } from '@/data/customFields';
import type { ListSearch } from '@/lib/listSearch';
import { isBare } from '@/lib/viewState';
import { viewsQuery } from './desk/views';

/** How somebody likes a list on this device. Columns as the address says them. */
type Habits = { cols?: string; compact: boolean; sizes: Record<string, number> };

function read(key: string): Habits {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Habits> | null;
    return {
      cols: typeof kept?.cols === 'string' && kept.cols ? kept.cols : undefined,
      compact: kept?.compact === true,
      sizes: kept?.sizes && typeof kept.sizes === 'object' ? kept.sizes : {},
    };
  } catch {
    return { compact: false, sizes: {} };
  }
}

type Options = {
  name: string;
  desk: CustomEntity | undefined;
  quick: readonly string[];
  search: ListSearch;
  onSearch: (next: ListSearch, replace?: boolean) => void;
};

/**
 * The address says how a list looks: its columns, their order, its density. Habits only fill in an address that says
 * nothing of them and that is this person's own way in, by the menu or from another page; then it says so. A link that
 * was opened, and a saved view, look the same to everybody. Widths stay habits.
 */
export function useHabits({ name, desk, quick, search, onSearch }: Options) {
  const key = `brokerdesk.table.${name}`;
  const [habits, setHabits] = useState(() => read(key));
  const update = useCallback(
    (change: Partial<Habits>) =>
      setHabits((now) => {
        const next = { ...now, ...change };
        localStorage.setItem(key, JSON.stringify(next));
        return next;
      }),
    [key],
  );
  const views = useQuery({ ...viewsQuery(desk ?? 'client'), enabled: Boolean(desk) });
  // the first page of a visit is a link that somebody opened; what is still on its way is not judged yet
  const linked = useRouterState({ select: (s) => (s.resolvedLocation?.state.__TSR_index ?? 0) === 0 });
  const bare = isBare(search, quick);
  const free = !search.view || search.view === 'all';
  const silent = !search.cols && !search.density;
  const mine = free && silent && (bare || !linked);
  // a view that opens first comes before habits
  const settled = !bare || !desk || views.isError || (views.isSuccess && !views.data.some((v) => v.default));
  const { cols, compact } = habits;
  const fill = mine && settled && Boolean(cols || compact);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each address that is silent
  useEffect(() => {
    if (fill) onSearch({ ...search, cols, density: compact ? 'compact' : undefined }, true);
  }, [fill]);
  const look =
    mine && settled ? { cols, compact } : { cols: search.cols, compact: search.density === 'compact' };
  return { ...look, sizes: habits.sizes, free, update };
}
