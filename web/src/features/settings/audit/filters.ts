import { IconBolt, IconCalendar, IconDatabase, IconUser } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '@/api/types';
import type { FilterDef } from '@/components/list';
import { humanise, useOwnerOptions } from '@/data/lookups';
import { useNames } from '@/data/names';
import { apiQuery, type ListSearch } from '@/lib/listSearch';
import { actionsByArea, RECORD_TYPES } from './actions';

export const AUDIT_FILTERS = ['actor', 'action', 'resource_type', 'resource_id', 'created'];

/** The URL keeps one range of days; the server wants `from` and `to`. */
export function auditQuery(search: ListSearch): Record<string, string> {
  const { created_from, created_to, ...rest } = apiQuery(
    { ...search, sort: undefined, q: undefined },
    AUDIT_FILTERS,
  );
  return {
    ...rest,
    ...(created_from ? { from: created_from } : {}),
    ...(created_to ? { to: created_to } : {}),
  };
}

export function useAuditFilters(rows: readonly AuditEntry[], search: ListSearch): FilterDef[] {
  const { t } = useTranslation();
  const people = useOwnerOptions();
  const names = useNames();
  const seen = [...new Set(rows.map((r) => r.action))].sort().join(',');
  const { resource_id } = search;
  const label = rows.find((r) => r.resource.id === resource_id)?.resource.label;
  return useMemo(
    () =>
      [
        { key: 'actor', label: t('audit.actor'), icon: IconUser, options: people },
        {
          key: 'action',
          label: t('audit.action'),
          icon: IconBolt,
          options: actionsByArea(seen.split(',').filter(Boolean)).map(({ area, action }) => ({
            value: action,
            label: names.action(action),
            group: t(`audit.area.${area}`, { defaultValue: humanise(area) }),
          })),
        },
        {
          key: 'resource_type',
          label: t('audit.type'),
          icon: IconDatabase,
          options: RECORD_TYPES.map((value) => ({
            value,
            label: t(`audit.kind.${value}`, { defaultValue: humanise(value) }),
          })),
        },
        {
          key: 'resource_id',
          label: t('audit.record'),
          icon: IconDatabase,
          // chosen from an entry, not from a list of everything there is
          options: resource_id ? [{ value: resource_id, label: label ?? `…${resource_id.slice(-6)}` }] : [],
        },
        { key: 'created', label: t('audit.when'), icon: IconCalendar },
      ].filter((x) => !x.options || x.options.length > 0),
    [t, names, people, seen, resource_id, label],
  );
}
