import { ActionIcon, Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inOrder, ReorderList } from '../reorder';
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
  const listed = inOrder(columns, (x) => x.id, order);
  const tell = (next: readonly Column[]) => {
    setOrder(next.map((x) => x.id));
    onChange(next.filter((x) => x.shown).map((x) => x.id));
  };
  return (
    <>
      <ReorderList
        dense
        label={label}
        items={listed}
        keyOf={(x) => x.id}
        nameOf={(x) => x.label}
        onOrder={(keys) => tell(inOrder(listed, (x) => x.id, keys))}
      >
        {(x) => (
          <label className={c.choice}>
            <input
              type="checkbox"
              checked={x.shown}
              onChange={() => tell(listed.map((y) => (y.id === x.id ? { ...y, shown: !y.shown } : y)))}
            />
            <span className={c.ell}>{x.label}</span>
          </label>
        )}
      </ReorderList>
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
    </>
  );
}
