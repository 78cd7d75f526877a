import { Checkbox, MultiSelect, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AddressesField } from '../security/AddressesField';
import type { SettingOut, SettingValue } from './types';
import { useChoices } from './words';

/** Longer texts get room for lines. */
const LONG_TEXT = 160;

type Props = {
  setting: SettingOut;
  label: string;
  help: string;
  value: SettingValue;
  error?: string;
  onChange: (value: SettingValue) => void;
};

/** The right control for each kind of setting. */
export function Control({ setting, label, help, value, error, onChange }: Props) {
  const { t } = useTranslation();
  const choices = useChoices(setting);
  const text = typeof value === 'string' ? value : '';
  const common = {
    label,
    description: help || undefined,
    error,
    name: setting.key,
  };
  switch (setting.kind) {
    case 'flag':
      return (
        <Switch
          name={setting.key}
          label={label}
          description={help || undefined}
          error={error}
          checked={value === true}
          onChange={(e) => onChange(e.currentTarget.checked)}
        />
      );
    case 'whole':
      return (
        <NumberInput
          {...common}
          size="sm"
          styles={{ wrapper: { maxWidth: 160 } }}
          allowDecimal={false}
          allowNegative={(setting.min ?? 0) < 0}
          clampBehavior="none"
          value={typeof value === 'number' ? value : text}
          onChange={(v) => onChange(typeof v === 'number' ? v : '')}
        />
      );
    case 'addresses':
      return <AddressesField {...common} value={text} onChange={onChange} />;
    case 'modules': {
      const chosen = Array.isArray(value) ? value : [];
      return (
        <Checkbox.Group {...common} size="sm" value={chosen} onChange={onChange}>
          <div style={{ display: 'grid', gap: 8, marginBlock: 6 }}>
            {choices.map((o) => (
              <Checkbox key={o.value} size="xs" value={o.value} label={o.label} />
            ))}
          </div>
        </Checkbox.Group>
      );
    }
    case 'countries':
      return (
        <MultiSelect
          {...common}
          data={choices}
          value={Array.isArray(value) ? value : []}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('general.clear') }}
          hidePickedOptions
          maxDropdownHeight={280}
          nothingFoundMessage={t('components.noMatch')}
          onChange={onChange}
        />
      );
    case 'team':
    case 'user':
      return (
        <Select
          {...common}
          styles={{ wrapper: { maxWidth: 360 } }}
          data={choices}
          value={text || null}
          placeholder={t('general.nobody')}
          searchable={choices.length > 8}
          clearable
          clearButtonProps={{ 'aria-label': t('general.clear') }}
          nothingFoundMessage={t('components.noMatch')}
          onChange={(v) => onChange(v ?? '')}
        />
      );
    case 'text':
      return setting.max != null && setting.max > LONG_TEXT ? (
        <Textarea
          {...common}
          autosize
          minRows={2}
          maxRows={8}
          value={text}
          onChange={(e) => onChange(e.currentTarget.value)}
        />
      ) : (
        <TextInput
          {...common}
          value={text}
          autoComplete="off"
          onChange={(e) => onChange(e.currentTarget.value)}
        />
      );
    case 'email':
      return (
        <TextInput
          {...common}
          type="email"
          dir="ltr"
          autoComplete="off"
          value={text}
          onChange={(e) => onChange(e.currentTarget.value)}
        />
      );
    default:
      return (
        <Select
          {...common}
          styles={{ wrapper: { maxWidth: 360 } }}
          data={choices}
          value={text || null}
          searchable={choices.length > 8}
          allowDeselect={false}
          nothingFoundMessage={t('components.noMatch')}
          onChange={(v) => v !== null && onChange(v)}
        />
      );
  }
}
