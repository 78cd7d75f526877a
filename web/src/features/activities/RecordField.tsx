import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { List } from '@/api/types';
import { useCan } from '@/session/session';
import { KINDS, type Parent, type ParentKind } from './types';
import { RECORDS } from './words';

export type Linked = Parent & { name: string };
type Props = {
  value: Linked | null;
  onChange: (value: Linked | null) => void;
  label?: ReactNode;
  name?: string;
  /** Instead of a label above. */
  hiddenLabel?: string;
  error?: ReactNode;
  size?: 'xs' | 'sm';
  className?: string;
};

/** Finds the record something belongs to, among all kinds that one may read. */
export function RecordField({ value, onChange, label, hiddenLabel, error, size = 'sm', className }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const [words, setWords] = useState('');
  const [open, setOpen] = useState(false);
  const [asked] = useDebouncedValue(words, 220);
  const kinds = KINDS.filter((k) => can(RECORDS[k].needs));
  const search = asked === value?.name ? '' : asked.trim();
  const answers = useQueries({
    queries: kinds.map((kind) => ({
      queryKey: [RECORDS[kind].path.slice(1), 'find', search],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.call<List<{ id: string; name: string }>>('get', RECORDS[kind].path, {
          query: { search: search || undefined, limit: 6 },
          signal,
        }),
      enabled: open,
      placeholderData: keepPreviousData,
      staleTime: 30_000,
      retry: false,
    })),
  });
  const groups = kinds.map((kind, i) => ({
    group: t(`activities.kinds.${kind}`),
    items: (answers[i]?.data?.data ?? []).map((r) => ({ value: `${kind}:${r.id}`, label: r.name })),
  }));
  const key = value ? `${value.kind}:${value.id}` : null;
  if (value && !groups.some((g) => g.items.some((x) => x.value === key)))
    groups.unshift({
      group: t('activities.chosen'),
      items: [{ value: key as string, label: value.name }],
    });
  const busy = answers.some((a) => a.isFetching);
  return (
    <Select
      label={label}
      aria-label={hiddenLabel}
      error={error}
      size={size}
      className={className}
      placeholder={t('activities.findRecord')}
      data={groups.filter((g) => g.items.length)}
      value={key}
      onChange={(v) => {
        const item = groups.flatMap((g) => g.items).find((x) => x.value === v);
        const [kind, id] = (v ?? '').split(':');
        onChange(item && id ? { kind: kind as ParentKind, id, name: item.label } : null);
      }}
      searchable
      clearable
      searchValue={words}
      onSearchChange={setWords}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      filter={({ options }) => options}
      nothingFoundMessage={busy ? t('components.loading') : t('components.noMatch')}
      maxDropdownHeight={280}
    />
  );
}
