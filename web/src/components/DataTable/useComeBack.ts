import { type RefObject, useEffect, useRef } from 'react';
import { takePlace } from '@/data/place';

type Options = {
  scroller: RefObject<HTMLDivElement | null>;
  jump: RefObject<((index: number) => void) | null>;
  rows: { id: string }[];
  loading: boolean;
};

/** Back from a record, its row is in sight again and has the focus: J and K go on from there. */
export function useComeBack({ scroller, jump, rows, loading }: Options) {
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current || loading || !rows.length) return;
    asked.current = true;
    const id = takePlace(window.location.pathname);
    const index = id ? rows.findIndex((r) => r.id === id) : -1;
    if (index < 0) return;
    const find = (tries: number) => {
      jump.current?.(index);
      const row = scroller.current?.querySelector(`[data-row="${id}"]`);
      // somebody who typed or clicked meanwhile is not pulled away
      const free = document.activeElement === document.body || document.activeElement?.id === 'main';
      if (row) {
        if (free) row.querySelector<HTMLElement>('a,button')?.focus({ preventScroll: true });
      } else if (tries) requestAnimationFrame(() => find(tries - 1));
    };
    requestAnimationFrame(() => find(10));
  }, [rows, loading, scroller, jump]);
}
