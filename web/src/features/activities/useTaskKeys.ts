import { type RefObject, useEffect } from 'react';
import { shortcutAllowed } from '@/lib/keys';

/** J and K go from task to task, X ticks the one at hand, Enter opens it. */
export function useTaskKeys(box: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const root = box.current;
      if (!root || !shortcutAllowed(e)) return;
      const rows = [...root.querySelectorAll<HTMLElement>('[data-task]')];
      const at = rows.findIndex((r) => r.contains(document.activeElement));
      const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (step) {
        // the arrows scroll where no task has the focus
        if (at < 0 && e.key.startsWith('Arrow')) return;
        const next = rows[at < 0 ? 0 : at + step];
        if (!next) return;
        e.preventDefault();
        next.querySelector<HTMLElement>('[data-open]')?.focus();
        next.scrollIntoView({ block: 'nearest' });
      } else if (e.key === 'x' && at >= 0) {
        e.preventDefault();
        rows[at]?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [box]);
}
