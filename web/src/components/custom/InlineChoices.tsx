import { Popover } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomFieldOut } from '@/data/customFields';
import record from '../record/record.module.css';
import { Dash } from '../Values';
import c from './custom.module.css';

type Props = {
  field: CustomFieldOut;
  value: string[];
  readOnly: boolean;
  onSave: (value: string[]) => void;
};

/** Several of a few choices: ticked in a small list, saved when it closes. */
export function InlineChoices({ field, value, readOnly, onSave }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string[] | null>(null);
  const names = field.options.filter((o) => value.includes(o.key)).map((o) => o.label);
  const shown = names.length ? <bdi>{names.join(', ')}</bdi> : <Dash />;
  if (readOnly) return <span className={record.value}>{shown}</span>;
  const close = () => {
    if (draft && [...draft].sort().join() !== [...value].sort().join()) onSave(draft);
    setDraft(null);
  };
  const toggle = (key: string) =>
    setDraft((d) => (d?.includes(key) ? d.filter((k) => k !== key) : [...(d ?? []), key]));
  return (
    <Popover
      opened={draft !== null}
      onChange={(open) => {
        if (!open) close();
      }}
      position="bottom-start"
      width={240}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className={record.inline}
          aria-expanded={draft !== null}
          onClick={() => (draft ? close() : setDraft(value))}
        >
          <span className="sr-only">{t('components.edit', { field: field.label })}</span>
          <span className={record.value}>{shown}</span>
          <IconPencil size={13} className={record.pencil} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={c.choices} aria-label={field.label}>
        {field.options.map((o) => (
          <label key={o.key}>
            <input type="checkbox" checked={draft?.includes(o.key) ?? false} onChange={() => toggle(o.key)} />
            {o.label}
          </label>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
