import {
  IconBell,
  IconCalendar,
  IconCircleDot,
  IconFlag,
  IconId,
  IconRoute,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import type { FilterDef } from '@/components/list';
import { useFollowUpOptions } from '@/components/record';
import { useCountryOptions } from '@/data/countries';
import { useKyc, useOwnerOptions, useSourceOptions, useStatuses, useTeamOptions } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';

export const CLIENT_FILTERS = [
  'status',
  'kyc_status',
  'country',
  'source',
  'assigned_to',
  'team_id',
  'follow_up',
  'created',
];

/** What the server is asked for, from the state of the list in the address. */
export const clientListQuery = (search: ListSearch) => apiQuery(search, CLIENT_FILTERS);

export function useClientFilters(rows: readonly Client[]): FilterDef[] {
  const { t } = useTranslation();
  const statuses = useStatuses('client').options;
  const kyc = useKyc().options;
  const countries = useCountryOptions();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const due = useFollowUpOptions();
  const sources = useSourceOptions(rows);
  return useMemo(
    () =>
      [
        { key: 'status', label: t('clients.field.status'), icon: IconCircleDot, options: statuses },
        { key: 'kyc_status', label: t('clients.field.kyc_status'), icon: IconId, options: kyc },
        { key: 'country', label: t('clients.field.country'), icon: IconFlag, options: countries },
        { key: 'source', label: t('clients.field.source'), icon: IconRoute, options: sources },
        {
          key: 'assigned_to',
          label: t('clients.field.assigned_to_name'),
          icon: IconUser,
          options: [{ value: 'none', label: t('data.unassigned') }, ...owners],
        },
        { key: 'team_id', label: t('clients.field.team_name'), icon: IconUsersGroup, options: teams },
        { key: 'follow_up', label: t('clients.field.follow_up_at'), icon: IconBell, options: due },
        { key: 'created', label: t('clients.field.created_at'), icon: IconCalendar },
      ].filter((f) => !f.options || f.options.length > 0),
    [t, statuses, kyc, countries, owners, teams, sources, due],
  );
}
