import { MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CustomFieldOut } from '@/data/customFields';
import { OptionalLabel } from '../OptionalLabel';
import type { CustomValue, CustomValues } from './values';

type Props = {
  fields: readonly CustomFieldOut[];
  values: CustomValues;
  errors: Record<string, string>;
  onChange: (key: string, value: CustomValue) => void;
};

/** The company's own fields in a form, each with the input of its type. */
export function CustomInputs({ fields, values, errors, onChange }: Props) {
  return fields.map((f) => (
    <CustomInput
      key={f.key}
      field={f}
      value={values[f.key] ?? null}
      error={errors[f.key]}
      onChange={(value) => onChange(f.key, value)}
    />
  ));
}

type InputProps = {
  field: CustomFieldOut;
  value: CustomValue;
  error?: string;
  onChange: (value: CustomValue) => void;
};

function CustomInput({ field, value, error, onChange }: InputProps) {
  const { t } = useTranslation();
  const common = {
    label: field.required ? field.label : <OptionalLabel>{field.label}</OptionalLabel>,
    description: field.help || undefined,
    error,
    name: `custom.${field.key}`,
  };
  const text = typeof value === 'string' ? value : '';
  const options = field.options.map((o) => ({ value: o.key, label: o.label }));
  switch (field.type) {
    case 'number':
      return (
        <NumberInput
          {...common}
          size="sm"
          value={typeof value === 'number' ? value : ''}
          onChange={(v) => onChange(typeof v === 'number' ? v : v === '' ? null : Number(v))}
        />
      );
    case 'date':
      return (
        <TextInput {...common} type="date" value={text} onChange={(e) => onChange(e.currentTarget.value)} />
      );
    case 'flag':
      return (
        <Select
          {...common}
          data={[
            { value: 'yes', label: t('components.yes') },
            { value: 'no', label: t('components.no') },
          ]}
          value={value === true ? 'yes' : value === false ? 'no' : null}
          clearable={!field.required}
          onChange={(v) => onChange(v === null ? null : v === 'yes')}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={options}
          value={text || null}
          searchable={options.length > 8}
          clearable={!field.required}
          nothingFoundMessage={t('components.noMatch')}
          onChange={onChange}
        />
      );
    case 'choices':
      return (
        <MultiSelect
          {...common}
          size="sm"
          data={options}
          value={Array.isArray(value) ? value : []}
          searchable={options.length > 8}
          nothingFoundMessage={t('components.noMatch')}
          onChange={onChange}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          type={field.type === 'url' ? 'url' : 'text'}
          dir={field.type === 'url' ? 'ltr' : 'auto'}
          autoComplete="off"
          value={text}
          onChange={(e) => onChange(e.currentTarget.value)}
        />
      );
  }
}
