import { useSyncExternalStore } from 'react';

/** Rows that arrived a moment ago and glow briefly. */
const GLOW = 5000;
let current: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function set(next: ReadonlySet<string>) {
  current = next;
  for (const l of listeners) l();
}

export function markFresh(ids: readonly string[]): void {
  if (!ids.length) return;
  set(new Set([...current, ...ids]));
  setTimeout(() => set(new Set([...current].filter((id) => !ids.includes(id)))), GLOW);
}

export function useFresh(): ReadonlySet<string> {
  return useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => current,
  );
}
