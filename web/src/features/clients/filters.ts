import {
  IconAbc,
  IconActivity,
  IconAt,
  IconBell,
  IconCake,
  IconCalendar,
  IconCircleDot,
  IconCoin,
  IconDatabaseImport,
  IconFlag,
  IconHome,
  IconId,
  IconPhone,
  IconRoute,
  IconTag,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { type FilterField, useCustomFilters, usePeople } from '@/components/list';
import { useFollowUpOptions } from '@/components/record';
import { useTagOptions } from '@/components/tags';
import { useCountryOptions } from '@/data/countries';
import { useImportOptions } from '@/data/imports';
import { useKyc, useSourceOptions, useStatuses, useTeamOptions } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';
import { fieldLevel } from '@/session/permissions';
import { useMe } from '@/session/session';

/** Conditions that the address holds in the short form, `status=new,active`. */
export const CLIENT_FILTERS = [
  'status',
  'kyc_status',
  'country',
  'source',
  'assigned_to',
  'team_id',
  'follow_up',
  'import_id',
  'created',
];

/** What the server is asked for, from the state of the list in the address. */
export const clientListQuery = (search: ListSearch) => apiQuery(search, CLIENT_FILTERS);

/** What clients can be filtered by, as far as this person sees it in clear: the server refuses the rest. */
export function useClientFields(rows: readonly Client[]): FilterField[] {
  const { t } = useTranslation();
  const { user } = useMe();
  const statuses = useStatuses('client').options;
  const kyc = useKyc().options;
  const countries = useCountryOptions();
  const people = usePeople();
  const teams = useTeamOptions();
  const due = useFollowUpOptions();
  const sources = useSourceOptions(rows);
  const tags = useTagOptions();
  const imports = useImportOptions('clients');
  const custom = useCustomFilters('client');
  return useMemo(() => {
    const nobody = { value: 'none', label: t('data.unassigned') };
    const own: Omit<FilterField, 'label'>[] = [
      { key: 'status', icon: IconCircleDot, kind: 'always', options: statuses },
      { key: 'kyc_status', icon: IconId, kind: 'always', options: kyc },
      { key: 'assigned_to', icon: IconUser, kind: 'choice', options: people },
      { key: 'team_id', icon: IconUsersGroup, kind: 'choice', options: [nobody, ...teams] },
      { key: 'country', icon: IconFlag, kind: 'choice', options: countries },
      { key: 'source', icon: IconRoute, kind: 'word', options: sources },
      { key: 'tags', icon: IconTag, kind: 'words', options: tags },
      { key: 'follow_up', icon: IconBell, kind: 'always', options: due },
      { key: 'follow_up_at', icon: IconBell, kind: 'day' },
      { key: 'balance', icon: IconCoin, kind: 'number' },
      { key: 'last_activity_at', icon: IconActivity, kind: 'instant' },
      ...(imports.length
        ? [{ key: 'import_id', icon: IconDatabaseImport, kind: 'choice' as const, options: imports }]
        : []),
      { key: 'created_at', icon: IconCalendar, kind: 'instant' },
      { key: 'updated_at', icon: IconCalendar, kind: 'instant' },
      { key: 'name', icon: IconAbc, kind: 'text' },
      { key: 'email', icon: IconAt, kind: 'text' },
      { key: 'phone', icon: IconPhone, kind: 'text' },
      { key: 'address', icon: IconHome, kind: 'text' },
      { key: 'date_of_birth', icon: IconCake, kind: 'day' },
    ];
    return [
      ...own
        .filter((f) => fieldLevel(user, `clients.${f.key}`) === 'full')
        .map((f) => ({ ...f, label: t(`clients.field.${f.key}`) })),
      ...custom,
    ];
  }, [t, user, statuses, kyc, countries, people, teams, sources, tags, due, custom, imports]);
}
