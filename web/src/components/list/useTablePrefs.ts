import { useCallback, useState } from 'react';

export type TablePrefs = { hidden: string[]; compact: boolean; sizes: Record<string, number> };

/** Columns and density are this person's habits on this device, not part of a link. */
export function useTablePrefs(name: string, defaultHidden: string[]) {
  const key = `brokerdesk.table.${name}`;
  const [prefs, setPrefs] = useState<TablePrefs>(() => {
    try {
      const saved = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<TablePrefs> | null;
      return {
        hidden: Array.isArray(saved?.hidden) ? saved.hidden : defaultHidden,
        compact: saved?.compact === true,
        sizes: saved?.sizes && typeof saved.sizes === 'object' ? saved.sizes : {},
      };
    } catch {
      return { hidden: defaultHidden, compact: false, sizes: {} };
    }
  });
  const update = useCallback(
    (change: (p: TablePrefs) => TablePrefs) =>
      setPrefs((p) => {
        const next = change(p);
        localStorage.setItem(key, JSON.stringify(next));
        return next;
      }),
    [key],
  );
  return [prefs, update] as const;
}
