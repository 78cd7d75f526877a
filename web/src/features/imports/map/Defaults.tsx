import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PickMenu } from '@/components/PickMenu';
import { useCountryOptions } from '@/data/countries';
import { useOwnerOptions, usePartnerOptions } from '@/data/lookups';
import { type Draft, defaultable, setDefault } from '../mapping';
import type { TargetField } from '../types';
import { useImportWords } from '../words';
import m from './map.module.css';

type Props = {
  draft: Draft;
  fields: TargetField[];
  faults: Record<string, string>;
  onChange: (next: Draft) => void;
};

/** What is the same for every row, or stands where a cell is empty. */
export function Defaults({ draft, fields, faults, onChange }: Props) {
  const { t } = useTranslation();
  const words = useImportWords();
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const [added, setAdded] = useState<string | null>(null);
  const free = defaultable(draft, fields);
  return (
    <div className={m.defaults}>
      {Object.keys(draft.defaults).map((key) => {
        const field = fields.find((f) => f.key === key);
        if (!field) return null;
        const label = words.field(field);
        return (
          <div key={key} className={m.default}>
            <Value
              field={field}
              label={label}
              value={draft.defaults[key] ?? ''}
              error={faults[key]}
              focus={added === key}
              onChange={(v) => onChange(setDefault(draft, key, v))}
            />
            <ActionIcon
              aria-label={t('imports.map.removeDefault', { field: label })}
              onClick={() => onChange(setDefault(draft, key, null))}
            >
              <IconX size={15} aria-hidden />
            </ActionIcon>
          </div>
        );
      })}
      {free.length > 0 && (
        <Button
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          aria-haspopup="listbox"
          onClick={(e) => setAnchor(e.currentTarget.getBoundingClientRect())}
        >
          {t('imports.map.addDefault')}
        </Button>
      )}
      {anchor && (
        <PickMenu
          anchor={anchor}
          label={t('imports.map.addDefault')}
          value="-"
          options={free.map((f) => ({ value: f.key, label: words.field(f) }))}
          onPick={(key) => {
            setAdded(key);
            onChange(setDefault(draft, key, ''));
          }}
          onClose={() => setAnchor(null)}
        />
      )}
    </div>
  );
}

type ValueProps = {
  field: TargetField;
  label: string;
  value: string;
  error?: string;
  focus: boolean;
  onChange: (value: string) => void;
};
function Value({ field, label, value, error, focus, onChange }: ValueProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  // after the menu it was chosen from has given the focus back
  useEffect(() => {
    if (!focus) return;
    const frame = requestAnimationFrame(() => input.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, [focus]);
  const countries = useCountryOptions();
  const people = useOwnerOptions();
  const partners = usePartnerOptions();
  const options =
    field.type === 'country'
      ? countries
      : field.type === 'user'
        ? people
        : field.type === 'partner'
          ? partners
          : field.type === 'flag'
            ? [
                { value: 'true', label: t('components.yes') },
                { value: 'false', label: t('components.no') },
              ]
            : field.options.map((o) => ({ value: o.key, label: o.label }));
  if (options.length)
    return (
      <Select
        label={label}
        searchable={options.length > 8}
        data={options.map((o) => ({ value: o.value, label: o.label }))}
        value={value || null}
        error={error}
        ref={input}
        nothingFoundMessage={t('components.noMatch')}
        onChange={(v) => onChange(v ?? '')}
      />
    );
  return (
    <TextInput
      label={label}
      description={field.type === 'tags' ? t('imports.map.tagsHelp') : undefined}
      type={field.type === 'date' ? 'date' : 'text'}
      inputMode={field.type === 'number' ? 'decimal' : undefined}
      value={value}
      error={error}
      ref={input}
      autoComplete="off"
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
