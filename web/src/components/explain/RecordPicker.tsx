import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { findQuery } from './query';
import type { ResourceType } from './types';

type Picked = { id: string; label: string };
type Props = {
  type: ResourceType;
  value: Picked | null;
  onPick: (picked: Picked | null) => void;
  label: string;
  placeholder?: string;
  clearable?: boolean;
  error?: ReactNode;
  description?: ReactNode;
  /** Inside of something that closes by a click beside it, the choices stay in it. */
  withinPortal?: boolean;
};

/** Finds a record on the server by what is typed. */
export function RecordPicker(props: Props) {
  const {
    type,
    value,
    onPick,
    label,
    placeholder,
    clearable,
    error,
    description,
    withinPortal = true,
  } = props;
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const [asked] = useDebouncedValue(words, 250);
  // the picked record's name stands in the box: that is not a search
  const search = asked === value?.label ? '' : asked.trim();
  const { data, isFetching, isError } = useQuery(findQuery(type, search));
  const options = (data?.data ?? [])
    // teams come all at once
    .filter((r) => type !== 'team' || r.name.toLowerCase().includes(search.toLowerCase()))
    .map((r) => ({ value: r.id, label: r.name }));
  if (value && !options.some((o) => o.value === value.id))
    options.unshift({ value: value.id, label: value.label });
  return (
    <Select
      label={label}
      error={error}
      description={description}
      placeholder={placeholder ?? t('explain.findRecord')}
      data={options}
      value={value?.id ?? null}
      onChange={(id) => {
        const found = options.find((o) => o.value === id);
        onPick(found ? { id: found.value, label: found.label } : null);
      }}
      searchable
      comboboxProps={{ withinPortal }}
      clearable={clearable}
      searchValue={words}
      onSearchChange={setWords}
      filter={({ options: all }) => all}
      nothingFoundMessage={
        isError
          ? t('components.couldNotLoad')
          : isFetching
            ? t('components.loading')
            : t('components.noMatch')
      }
      maxDropdownHeight={260}
    />
  );
}
