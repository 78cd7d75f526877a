import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import c from './list.module.css';

type Props = {
  columns: { id: string; label: string }[];
  hidden: string[];
  onChange: (hidden: string[]) => void;
};

export function ColumnChooser({ columns, hidden, onChange }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const label = t('components.list.columns');
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={200} trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={label} disabled={opened}>
          <ActionIcon aria-label={label} aria-expanded={opened} onClick={() => setOpened((v) => !v)}>
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={c.pop} aria-label={label}>
        <div className={c.choices} role="group" aria-label={label}>
          {columns.map((x) => (
            <label key={x.id} className={c.choice}>
              <input
                type="checkbox"
                checked={!hidden.includes(x.id)}
                onChange={() =>
                  onChange(hidden.includes(x.id) ? hidden.filter((h) => h !== x.id) : [...hidden, x.id])
                }
              />
              {x.label}
            </label>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
