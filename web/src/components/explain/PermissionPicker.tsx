import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalogue } from './catalogue';
import { AREAS, type ResourceType } from './types';
import { useAccessWords } from './words';

type Props = {
  value: string | null;
  onPick: (key: string | null) => void;
  /** Only those about this kind of record. */
  about?: ResourceType;
  clearable?: boolean;
  placeholder?: string;
  autoFocus?: boolean;
};

export function PermissionPicker({ value, onPick, about, clearable, placeholder, autoFocus }: Props) {
  const { t } = useTranslation();
  const words = useAccessWords();
  const { data } = useCatalogue();
  const groups = useMemo(() => {
    const out = new Map<string, { value: string; label: string }[]>();
    for (const p of data?.permissions ?? []) {
      if (about && !p.key.startsWith(`${AREAS[about]}.`)) continue;
      const area = words.area(p.area);
      out.set(area, [...(out.get(area) ?? []), { value: p.key, label: words.can(p.key) }]);
    }
    return [...out].map(([group, items]) => ({ group, items }));
  }, [data, about, words]);
  return (
    <Select
      label={t('explain.permission')}
      placeholder={placeholder ?? t('explain.choosePermission')}
      data={groups}
      value={value}
      onChange={onPick}
      searchable
      clearable={clearable}
      data-autofocus={autoFocus || undefined}
      nothingFoundMessage={t('components.noMatch')}
      maxDropdownHeight={280}
    />
  );
}
