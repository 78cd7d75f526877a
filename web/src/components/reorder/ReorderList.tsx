import { IconGripVertical } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { moved } from './moved';
import c from './reorder.module.css';
import { useReorder } from './useReorder';

type Props<T> = {
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  nameOf: (item: T) => string;
  /** The keys in their new order. */
  onOrder: (keys: string[]) => void;
  /** Low rows without lines, for a menu. */
  dense?: boolean;
  children: (item: T) => ReactNode;
};

/** Rows in an order of one's own: by dragging the grip, or with the arrow keys on it. Each move is told aloud. */
export function ReorderList<T>({ label, items, keyOf, nameOf, onOrder, dense, children }: Props<T>) {
  const { t } = useTranslation();
  const [said, setSaid] = useState('');
  const keys = items.map(keyOf);
  const { box, dragged, over, place, grip } = useReorder<HTMLUListElement>({
    keys,
    around: 'li',
    onMove: (key, to) => {
      const from = keys.indexOf(key);
      const item = items[from];
      if (!item) return;
      onOrder(moved(keys, from, to));
      setSaid(t('reorder.moved', { name: nameOf(item), at: to + 1, total: keys.length }));
    },
  });
  return (
    <>
      <ul ref={box} className={c.list} data-dense={dense || undefined} aria-label={label}>
        {items.map((item, i) => {
          const key = keyOf(item);
          return (
            <li
              key={key}
              className={c.row}
              data-key={key}
              data-dragged={dragged === key || undefined}
              data-over={over === key ? sideOf(keys, dragged, i) : undefined}
              {...place(key, i)}
            >
              <button
                type="button"
                className={c.grip}
                aria-label={t('reorder.grip', { name: nameOf(item) })}
                title={t('reorder.hint')}
                {...grip(key)}
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
