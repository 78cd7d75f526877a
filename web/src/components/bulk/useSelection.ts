import type { RowSelectionState } from '@tanstack/react-table';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Query } from '@/api/client';
import type { Selection } from './selection';

type Row = { id: string };
type List = { rows: Row[]; total: number; estimate: boolean };

/**
 * The chosen rows of a list. "Everything" is chosen by the list's filter, and what is then taken out is an
 * exception: rows that were never loaded belong to it, too.
 */
export function useSelection({ rows, total, estimate }: List, filter: Query) {
  const [chosen, setChosen] = useState<RowSelectionState>({});
  const [except, setExcept] = useState<RowSelectionState | null>(null);
  const anchor = useRef<string | null>(null);
  const latest = useRef({ rows, chosen, except });
  latest.current = { rows, chosen, except };

  const clear = useCallback(() => {
    setChosen({});
    setExcept(null);
  }, []);
  // "everything" of another filter is something else
  const words = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter is what it waits for
  useEffect(clear, [words, clear]);
  const everything = useCallback(() => setExcept({}), []);
  const toggle = useCallback((id: string, e?: { shiftKey: boolean }) => {
    const { rows: all, chosen: picked, except: left } = latest.current;
    const from = e?.shiftKey ? all.findIndex((r) => r.id === anchor.current) : -1;
    const to = all.findIndex((r) => r.id === id);
    const ids = from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1).map((r) => r.id) : [id];
    anchor.current = id;
    const was = left ? !left[id] : Boolean(picked[id]);
    // in a list of exceptions a chosen row is one that is not in it
    const add = left ? was : !was;
    const next = { ...(left ?? picked) };
    for (const x of ids) {
      if (add) next[x] = true;
      else delete next[x];
    }
    // a second key before the next paint starts from here
    latest.current = { ...latest.current, ...(left ? { except: next } : { chosen: next }) };
    (left ? setExcept : setChosen)(next);
  }, []);
  /** For the table's own ways of choosing: all that is loaded, or none. */
  const replace = useCallback(
    (change: RowSelectionState | ((now: RowSelectionState) => RowSelectionState)) => {
      if (latest.current.except) clear();
      else setChosen(change);
    },
    [clear],
  );

  const shown = useMemo<RowSelectionState>(
    () => (except ? Object.fromEntries(rows.filter((r) => !except[r.id]).map((r) => [r.id, true])) : chosen),
    [except, chosen, rows],
  );
  const selection = useMemo<Selection | null>(() => {
    if (except) {
      const left = Object.keys(except);
      return left.length < total ? { kind: 'all', filter, except: left, total, estimate } : null;
    }
    const ids = Object.keys(chosen);
    return ids.length ? { kind: 'rows', ids } : null;
  }, [except, chosen, filter, total, estimate]);
  const canTakeAll = !except && Object.keys(chosen).length > 0 && total > Object.keys(chosen).length;
  return { shown, selection, toggle, replace, clear, everything, canTakeAll };
}
