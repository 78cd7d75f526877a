import {
  IconAffiliate,
  IconCalendar,
  IconCircleDot,
  IconFlag,
  IconRoute,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import type { FilterDef } from '@/components/list';
import { useCountryOptions } from '@/data/countries';
import { humanise, useOwnerOptions, usePartnerOptions, useStatuses, useTeamOptions } from '@/data/lookups';

export const LEAD_FILTERS = [
  'status',
  'country',
  'source',
  'partner_id',
  'assigned_to',
  'team_id',
  'created',
];

export function useLeadFilters(rows: readonly Lead[]): FilterDef[] {
  const { t } = useTranslation();
  const statuses = useStatuses('lead').options;
  const countries = useCountryOptions();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const partners = usePartnerOptions();
  const words = [...new Set(rows.map((r) => r.source).filter((s): s is string => Boolean(s)))]
    .sort()
    .join('\n');
  return useMemo(() => {
    const none = { value: 'none', label: t('data.notSet') };
    const sources = words ? words.split('\n').map((value) => ({ value, label: humanise(value) })) : [];
    return [
      { key: 'status', label: t('leads.field.status'), icon: IconCircleDot, options: statuses },
      { key: 'country', label: t('leads.field.country'), icon: IconFlag, options: [none, ...countries] },
      { key: 'source', label: t('leads.field.source'), icon: IconRoute, options: [none, ...sources] },
      {
        key: 'partner_id',
        label: t('leads.field.partner_name'),
        icon: IconAffiliate,
        options: [none, ...partners],
      },
      {
        key: 'assigned_to',
        label: t('leads.field.assigned_to_name'),
        icon: IconUser,
        options: [{ value: 'none', label: t('data.unassigned') }, ...owners],
      },
      { key: 'team_id', label: t('leads.field.team_name'), icon: IconUsersGroup, options: [none, ...teams] },
      { key: 'created', label: t('leads.field.created_at'), icon: IconCalendar },
    ].filter((x) => !x.options || x.options.length > 0);
  }, [t, statuses, countries, owners, teams, partners, words]);
}
