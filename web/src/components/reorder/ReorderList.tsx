import { IconGripVertical } from '@tabler/icons-react';
import { type DragEvent, type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { moved } from './moved';
import c from './reorder.module.css';

type Props<T> = {
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  nameOf: (item: T) => string;
  /** The keys in their new order. */
  onOrder: (keys: string[]) => void;
  children: (item: T) => ReactNode;
};

/** Rows in an order of one's own: by dragging the grip, or with the arrow keys on it. Each move is told aloud. */
export function ReorderList<T>({ label, items, keyOf, nameOf, onOrder, children }: Props<T>) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const keys = items.map(keyOf);

  const move = (key: string, to: number) => {
    const from = keys.indexOf(key);
    const item = items[from];
    if (!item || to < 0 || to >= keys.length || to === from) return;
    onOrder(moved(keys, from, to));
    setSaid(t('reorder.moved', { name: nameOf(item), at: to + 1, total: keys.length }));
    // the row is put elsewhere in the page: the focus goes along
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-grip="${CSS.escape(key)}"]`)?.focus(),
    );
  };
  const onKey = (e: KeyboardEvent, key: string) => {
    const at = keys.indexOf(key);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: keys.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    move(key, to);
  };
  const onDragStart = (e: DragEvent, key: string) => {
    e.dataTransfer.effectAllowed = 'move';
    e.dataTransfer.setData('text/plain', key);
    const row = (e.currentTarget as HTMLElement).closest('li');
    if (row) e.dataTransfer.setDragImage(row, 16, 16);
    setDragged(key);
  };
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  return (
    <>
      <ul ref={list} className={c.list} aria-label={label}>
        {items.map((item, i) => {
          const key = keyOf(item);
          return (
            <li
              key={key}
              className={c.row}
              data-key={key}
              data-dragged={dragged === key || undefined}
              data-over={over === key && dragged !== key ? sideOf(keys, dragged, i) : undefined}
              onDragOver={(e) => {
                if (dragged === null) return;
                e.preventDefault();
                setOver(key);
              }}
              onDrop={(e) => {
                e.preventDefault();
                if (dragged !== null) move(dragged, i);
                end();
              }}
            >
              <button
                type="button"
                className={c.grip}
                data-grip={key}
                draggable
                aria-label={t('reorder.grip', { name: nameOf(item) })}
                title={t('reorder.hint')}
                onDragStart={(e) => onDragStart(e, key)}
                onDragEnd={end}
                onKeyDown={(e) => onKey(e, key)}
              >
                <IconGripVertical size={16} stroke={1.7} aria-hidden />
              </button>
              {children(item)}
            </li>
          );
        })}
      </ul>
      <p className="sr-only" role="status">
        {said}
      </p>
    </>
  );
}

const sideOf = (keys: string[], dragged: string | null, at: number) =>
  dragged !== null && keys.indexOf(dragged) < at ? 'after' : 'before';
