import { type DragEvent, type KeyboardEvent, type RefObject, useRef, useState } from 'react';

type Options = {
  /** The keys in their order. */
  keys: string[];
  /** What is dragged along with the grip, as a selector of the element around it. */
  around: string;
  /** Whether things stand beside each other as well as below. */
  grid?: boolean;
  onMove: (key: string, to: number) => void;
};

export type Reorder<E extends HTMLElement> = {
  box: RefObject<E | null>;
  dragged: string | null;
  over: string | null;
  /** What the element that can be dropped on needs. */
  place: (key: string, at: number) => { onDragOver: (e: DragEvent) => void; onDrop: (e: DragEvent) => void };
  /** What the grip needs. */
  grip: (key: string) => {
    'data-grip': string;
    draggable: true;
    onDragStart: (e: DragEvent) => void;
    onDragEnd: () => void;
    onKeyDown: (e: KeyboardEvent) => void;
  };
};

/** An order of one's own: by dragging a grip, or with the arrow keys on it. The focus goes along. */
export function useReorder<E extends HTMLElement>({ keys, around, grid, onMove }: Options): Reorder<E> {
  const box = useRef<E>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const move = (key: string, to: number) => {
    const from = keys.indexOf(key);
    if (from < 0 || to < 0 || to >= keys.length || to === from) return;
    onMove(key, to);
    // it is put elsewhere in the page
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-grip="${CSS.escape(key)}"]`)?.focus(),
    );
  };
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  const target = (pressed: string, at: number): number | undefined => {
    const onwards = document.documentElement.dir === 'rtl' ? -1 : 1;
    const all: Record<string, number> = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: keys.length - 1 };
    if (grid) Object.assign(all, { ArrowLeft: at - onwards, ArrowRight: at + onwards });
    return all[pressed];
  };
  return {
    box,
    dragged,
    over: over === dragged ? null : over,
    place: (key, at) => ({
      onDragOver: (e) => {
        if (dragged === null) return;
        e.preventDefault();
        setOver(key);
      },
      onDrop: (e) => {
        e.preventDefault();
        if (dragged !== null) move(dragged, at);
        end();
      },
    }),
    grip: (key) => ({
      'data-grip': key,
      draggable: true,
      onDragStart: (e) => {
        e.dataTransfer.effectAllowed = 'move';
        e.dataTransfer.setData('text/plain', key);
        const whole = e.currentTarget.closest(around);
        if (whole) e.dataTransfer.setDragImage(whole, 16, 16);
        setDragged(key);
      },
      onDragEnd: end,
      onKeyDown: (e) => {
        const to = target(e.key, keys.indexOf(key));
        if (to === undefined) return;
        e.preventDefault();
        move(key, to);
      },
    }),
  };
}
