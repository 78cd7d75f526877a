import { useCallback, useState } from 'react';

export type TablePrefs = {
  hidden: string[];
  /** Columns that are hidden unless somebody asks for them. */
  shown: string[];
  compact: boolean;
  sizes: Record<string, number>;
};

/** Columns and density are this person's habits on this device, not part of a link. */
export function useTablePrefs(name: string, defaultHidden: string[]) {
  const key = `brokerdesk.table.${name}`;
  const [prefs, setPrefs] = useState<TablePrefs>(() => {
    try {
      const saved = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<TablePrefs> | null;
      return {
        hidden: Array.isArray(saved?.hidden) ? saved.hidden : defaultHidden,
        shown: Array.isArray(saved?.shown) ? saved.shown : [],
        compact: saved?.compact === true,
        sizes: saved?.sizes && typeof saved.sizes === 'object' ? saved.sizes : {},
      };
    } catch {
      return { hidden: defaultHidden, shown: [], compact: false, sizes: {} };
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
