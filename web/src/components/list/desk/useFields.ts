import { IconForms } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type CustomEntity, type CustomType, useCustomFields } from '@/data/customFields';
import { type Option, useOwnerOptions } from '@/data/lookups';
import type { FieldKind, FilterField } from './fields';

const KINDS: Record<CustomType, FieldKind> = {
  text: 'text',
  url: 'text',
  number: 'number',
  date: 'day',
  flag: 'flag',
  choice: 'choice',
  choices: 'words',
};

/** The company's own fields, as a list is filtered by them. */
export function useCustomFilters(entity: CustomEntity): FilterField[] {
  const fields = useCustomFields(entity);
  return useMemo(
    () =>
      fields.map((f) => ({
        key: `custom.${f.key}`,
        label: f.label,
        icon: IconForms,
        kind: KINDS[f.type] ?? 'text',
        options: f.options.length ? f.options.map((o) => ({ value: o.key, label: o.label })) : undefined,
      })),
    [fields],
  );
}

/** Whom a record may belong to, with oneself and nobody first. */
export function usePeople(): Option[] {
  const { t } = useTranslation();
  const owners = useOwnerOptions();
  return useMemo(
    () => [{ value: 'me', label: t('desk.me') }, { value: 'none', label: t('data.unassigned') }, ...owners],
    [t, owners],
  );
}
