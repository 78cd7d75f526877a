import { ActionIcon, Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { IconColumns3, IconGripVertical } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inOrder, moved, useReorder } from '../reorder';
import c from './list.module.css';

type Column = { id: string; label: string; shown: boolean };
type Props = {
  /** In the order of the list. */
  columns: Column[];
  /** The columns to show, in their order. */
  onChange: (shown: string[]) => void;
  /** Back to what everybody gets; absent where that is what is shown. */
  onReset?: () => void;
};

/** Which columns a list has, and in which order: by dragging a grip, or with the arrow keys on it. */
export function ColumnChooser({ columns, onChange, onReset }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const label = t('components.list.columns');
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={240} trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={label} disabled={opened}>
          <ActionIcon aria-label={label} aria-expanded={opened} onClick={() => setOpened((v) => !v)}>
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={c.pop} aria-label={label}>
        <Choices columns={columns} label={label} onChange={onChange} onReset={onReset} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices({ columns, label, onChange, onReset }: Props & { label: string }) {
  const { t } = useTranslation();
  // a column that is hidden or shown keeps its place here as long as this is open
  const [order, setOrder] = useState(() => columns.map((x) => x.id));
  const [said, setSaid] = useState('');
  const listed = inOrder(columns, (x) => x.id, order);
  const ids = listed.map((x) => x.id);
  const tell = (next: readonly Column[]) => {
    setOrder(next.map((x) => x.id));
    onChange(next.filter((x) => x.shown).map((x) => x.id));
  };
  const { box, dragged, over, place, grip } = useReorder<HTMLUListElement>({
    keys: ids,
    around: 'li',
    onMove: (id, to) => {
      const next = moved(listed, ids.indexOf(id), to);
      tell(next);
      const name = listed.find((x) => x.id === id)?.label ?? id;
      setSaid(t('reorder.moved', { name, at: to + 1, total: ids.length }));
    },
  });
  return (
    <>
      <ul ref={box} className={c.columns} aria-label={label}>
        {listed.map((x, i) => (
          <li
            key={x.id}
            className={c.column}
            data-column={x.id}
            data-dragged={dragged === x.id || undefined}
            data-over={over === x.id ? (dragged && ids.indexOf(dragged) < i ? 'after' : 'before') : undefined}
            {...place(x.id, i)}
          >
            <label className={c.choice}>
              <input
                type="checkbox"
                checked={x.shown}
                onChange={() => tell(listed.map((y) => (y.id === x.id ? { ...y, shown: !y.shown } : y)))}
              />
              <span className={c.ell}>{x.label}</span>
            </label>
            <button
              type="button"
              className={c.grip}
              aria-label={t('reorder.grip', { name: x.label })}
              title={t('reorder.hint')}
              {...grip(x.id)}
            >
              <IconGripVertical size={15} stroke={1.7} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {onReset && (
        <UnstyledButton
          className={c.resetColumns}
          onClick={() => {
            onReset();
            setOrder([]);
          }}
        >
          {t('components.list.resetColumns')}
        </UnstyledButton>
      )}
      <p className="sr-only" role="status">
        {said}
      </p>
    </>
  );
}
