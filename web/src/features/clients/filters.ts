import {
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
import { useCountryOptions } from '@/data/countries';
import { useKyc, useOwnerOptions, useSourceOptions, useStatuses, useTeamOptions } from '@/data/lookups';

export const CLIENT_FILTERS = [
  'status',
  'kyc_status',
  'country',
  'source',
  'assigned_to',
  'team_id',
  'created',
];

export function useClientFilters(rows: readonly Client[]): FilterDef[] {
  const { t } = useTranslation();
  const statuses = useStatuses('client').options;
  const kyc = useKyc().options;
  const countries = useCountryOptions();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const sources = useSourceOptions(rows);
  const none = useMemo(() => ({ value: 'none', label: t('data.notSet') }), [t]);
  return useMemo(
    () =>
      [
        { key: 'status', label: t('clients.field.status'), icon: IconCircleDot, options: statuses },
        { key: 'kyc_status', label: t('clients.field.kyc_status'), icon: IconId, options: kyc },
        { key: 'country', label: t('clients.field.country'), icon: IconFlag, options: [none, ...countries] },
        { key: 'source', label: t('clients.field.source'), icon: IconRoute, options: [none, ...sources] },
        {
          key: 'assigned_to',
          label: t('clients.field.assigned_to_name'),
          icon: IconUser,
          options: [{ value: 'none', label: t('data.unassigned') }, ...owners],
        },
        {
          key: 'team_id',
          label: t('clients.field.team_name'),
          icon: IconUsersGroup,
          options: [none, ...teams],
        },
        { key: 'created', label: t('clients.field.created_at'), icon: IconCalendar },
      ].filter((f) => !f.options || f.options.length > 0),
    [t, none, statuses, kyc, countries, owners, teams, sources],
  );
}
