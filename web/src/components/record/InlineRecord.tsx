import { Popover } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RecordPicker } from '../explain/RecordPicker';
import type { ResourceType } from '../explain/types';
import { Dash } from '../Values';
import c from './record.module.css';

type Props = {
  type: ResourceType;
  label: string;
  id: string | null | undefined;
  name: string | null | undefined;
  /** Where the record is shown; without it its name is only a name. */
  to?: string;
  readOnly?: boolean;
  onPick: (picked: { id: string; label: string } | null) => void;
};

/** Another record that this one belongs to: a link to it, and a pencil that finds another one. */
export function InlineRecord({ type, label, id, name, to, readOnly, onPick }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const shown = !id ? (
    <Dash />
  ) : to ? (
    <Link to={to} className={c.toRecord}>
      <bdi>{name}</bdi>
    </Link>
  ) : (
    <bdi>{name}</bdi>
  );
  return (
    <span className={c.linked}>
      <span className={c.value}>{shown}</span>
      {!readOnly && (
        <Popover
          opened={open}
          onChange={setOpen}
          position="bottom-end"
          width={280}
          trapFocus
          returnFocus
          closeOnClickOutside
        >
          <Popover.Target>
            <button
              type="button"
              className={c.relink}
              data-inline="pick"
              aria-label={t('components.edit', { field: label })}
              aria-expanded={open}
              onClick={() => setOpen((now) => !now)}
            >
              <IconPencil size={13} aria-hidden />
            </button>
          </Popover.Target>
          <Popover.Dropdown aria-label={label}>
            <RecordPicker
              type={type}
              label={label}
              clearable
              withinPortal={false}
              value={id ? { id, label: name ?? '' } : null}
              onPick={(picked) => {
                setOpen(false);
                if ((picked?.id ?? null) !== (id ?? null)) onPick(picked);
              }}
            />
          </Popover.Dropdown>
        </Popover>
      )}
    </span>
  );
}
