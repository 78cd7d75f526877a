import { type RefObject, useEffect, useRef } from 'react';
import { shortcutAllowed } from '@/lib/keys';

type Options = {
  scroller: RefObject<HTMLDivElement | null>;
  jump: RefObject<((index: number) => void) | null>;
  rows: { id: string }[];
  onOpen: (id: string, e: KeyboardEvent) => void;
  onPeek?: (id: string) => void;
  peeked?: string;
  onToggle: (id: string) => void;
  onEdit?: (id: string, row: HTMLElement) => void;
  onAssign?: (id: string, row: HTMLElement) => void;
};

/** J/K or arrows move the focus from row link to row link, X selects, E or S edits the status, A assigns, Space peeks, Enter opens. */
export function useRowKeys(options: Options) {
  const latest = useRef(options);
  latest.current = options;
  const at = useRef(-1);
  // Rows far away are drawn a moment after the jump; until the focus arrives, `at` is ahead of it.
  const ahead = useRef(false);
  // What had the focus of a row last.
  const held = useRef<Element | null>(null);
  useEffect(() => {
    const rowOf = (el: Element | null) => el?.closest<HTMLElement>('[data-row]') ?? null;
    const focusRow = (index: number) => {
      const { scroller, jump, rows } = latest.current;
      const next = Math.max(0, Math.min(rows.length - 1, index));
      if (!rows.length) return;
      at.current = next;
      const moved = rows[next];
      if (latest.current.peeked && moved) latest.current.onPeek?.(moved.id);
      jump.current?.(next);
      ahead.current = true;
      const find = (tries: number) => {
        // A later key has moved on.
        if (at.current !== next) return;
        const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`);
        const link = row?.querySelector<HTMLElement>('a,button');
        if (link) {
          link.focus({ preventScroll: true });
          held.current = link;
        }
        if (link || !tries) ahead.current = false;
        else requestAnimationFrame(() => find(tries - 1));
      };
      find(8);
    };
    const onKey = (e: KeyboardEvent) => {
      if (!shortcutAllowed(e)) return;
      const { scroller, rows } = latest.current;
      // A table that is drawn anew takes the focus away with its rows: nobody has left them.
      if (held.current?.isConnected === false && document.activeElement === document.body) {
        const same = scroller.current?.querySelector<HTMLElement>(`[data-index="${at.current}"]`);
        same?.querySelector<HTMLElement>('a,button')?.focus({ preventScroll: true });
      }
      const row = rowOf(document.activeElement);
      held.current = row && document.activeElement;
      const inside = scroller.current?.contains(document.activeElement);
      if (row && !ahead.current) at.current = Number(row.dataset.index);
      const key = e.key.toLowerCase();
      const arrow = inside && (e.key === 'ArrowDown' || e.key === 'ArrowUp');
      if (key === 'j' || (arrow && e.key === 'ArrowDown')) {
        e.preventDefault();
        focusRow(at.current + 1);
      } else if (key === 'k' || (arrow && e.key === 'ArrowUp')) {
        e.preventDefault();
        focusRow(Math.max(0, at.current - 1));
      } else if (row && rows[at.current]) {
        const id = rows[at.current]?.id as string;
        if (key === 'x') latest.current.onToggle(id);
        // The others need the row itself, which is not there yet.
        else if (ahead.current) return;
        else if (key === ' ' && document.activeElement?.tagName === 'A' && latest.current.onPeek) {
          e.preventDefault();
          latest.current.onPeek(id);
        } else if ((key === 'e' || key === 's') && latest.current.onEdit) {
          e.preventDefault();
          latest.current.onEdit(id, row);
        } else if (key === 'a' && latest.current.onAssign) {
          e.preventDefault();
          latest.current.onAssign(id, row);
        } else if (e.key === 'Enter' && document.activeElement?.tagName !== 'BUTTON') {
          e.preventDefault();
          latest.current.onOpen(id, e);
        }
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
