import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useOwnerOptions } from '@/data/lookups';
import { useMe } from '@/session/session';

type Props = { value: string | null; onPick: (id: string | null) => void; autoFocus?: boolean };

/** A colleague; who may not list colleagues can at least ask about oneself. */
export function UserPicker({ value, onPick, autoFocus }: Props) {
  const { t } = useTranslation();
  const { user } = useMe();
  const owners = useOwnerOptions();
  const data = useMemo(
    () =>
      owners.length
        ? owners.map((o) => ({ value: o.value, label: o.note ? `${o.label} · ${o.note}` : o.label }))
        : [{ value: user.id, label: user.name }],
    [owners, user],
  );
  return (
    <Select
      label={t('explain.user')}
      placeholder={t('explain.chooseUser')}
      data={data}
      value={value}
      onChange={onPick}
      searchable
      data-autofocus={autoFocus || undefined}
      nothingFoundMessage={t('components.noMatch')}
      maxDropdownHeight={260}
    />
  );
}
