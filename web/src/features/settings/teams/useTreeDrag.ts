import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from 'react';

/** The name of the place above all teams. */
export const TOP = 'top';
/** A hand is never quite still: less than this is a click. */
const THRESHOLD = 5;

export type Drag = { id: string; x: number; y: number; over: string | null; fits: boolean };
type Options = {
  enabled: boolean;
  fits: (id: string, over: string) => boolean;
  onDrop: (id: string, over: string) => void;
};

/** What `[data-drop]` lies under the pointer. The picture that follows the pointer lets it through. */
const placeAt = (x: number, y: number): string | null =>
  document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop]')?.dataset.drop ?? null;

/**
 * Dragging a row onto another one with mouse, pen or finger. A finger starts at the handle, so that the page still
 * scrolls; Escape lets everything stay where it was.
 */
export function useTreeDrag(options: Options) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const latest = useRef(options);
  latest.current = options;
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);

  const start = (id: string) => (e: ReactPointerEvent<HTMLElement>) => {
    const target = e.target as HTMLElement;
    if (!latest.current.enabled || e.button !== 0 || target.closest('[data-nodrag]')) return;
    if (e.pointerType === 'touch' && !target.closest('[data-handle]')) return;
    const from = { x: e.clientX, y: e.clientY };
    const pointer = e.pointerId;
    let current: Drag | null = null;

    const move = (m: PointerEvent) => {
      if (m.pointerId !== pointer) return;
      if (!current && Math.hypot(m.clientX - from.x, m.clientY - from.y) < THRESHOLD) return;
      const over = placeAt(m.clientX, m.clientY);
      const fits = over !== null && latest.current.fits(id, over);
      current = { id, x: m.clientX, y: m.clientY, over, fits };
      setDrag(current);
    };
    const end = (m: PointerEvent) => {
      if (m.pointerId !== pointer) return;
      const last = current;
      finish();
      if (!last) return;
      swallowClick();
      if (m.type === 'pointerup' && last.fits && last.over) latest.current.onDrop(id, last.over);
    };
    const key = (k: KeyboardEvent) => {
      if (k.key !== 'Escape' || !current) return;
      k.stopPropagation();
      swallowClick();
      finish();
    };
    const finish = () => {
      current = null;
      setDrag(null);
      stop.current = null;
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', end);
      window.removeEventListener('keydown', key, true);
    };
    stop.current?.();
    stop.current = finish;
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', end);
    window.addEventListener('keydown', key, true);
  };
  return { drag, start };
}

/** Letting go over a button is no click on it. */
function swallowClick(): void {
  const once = (e: MouseEvent) => {
    e.preventDefault();
    e.stopPropagation();
  };
  window.addEventListener('click', once, { capture: true, once: true });
  // where no click follows, the next real one must count
  setTimeout(() => window.removeEventListener('click', once, { capture: true }), 0);
}
