import {
  IconAffiliate,
  IconBell,
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
import { useFollowUpOptions } from '@/components/record';
import { useCountryOptions } from '@/data/countries';
import { humanise, useOwnerOptions, usePartnerOptions, useStatuses, useTeamOptions } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';

export const LEAD_FILTERS = [
  'status',
  'country',
  'source',
  'partner_id',
  'assigned_to',
  'team_id',
  'follow_up',
  'created',
];

/** What the server is asked for, from the state of the list in the address. */
export const leadListQuery = (search: ListSearch) => apiQuery(search, LEAD_FILTERS);

export function useLeadFilters(rows: readonly Lead[]): FilterDef[] {
  const { t } = useTranslation();
  const statuses = useStatuses('lead').options;
  const countries = useCountryOptions();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const partners = usePartnerOptions();
  const due = useFollowUpOptions();
  const words = [...new Set(rows.map((r) => r.source).filter((s): s is string => Boolean(s)))]
    .sort()
    .join('\n');
  return useMemo(() => {
    const sources = words ? words.split('\n').map((value) => ({ value, label: humanise(value) })) : [];
    return [
      { key: 'status', label: t('leads.field.status'), icon: IconCircleDot, options: statuses },
      { key: 'country', label: t('leads.field.country'), icon: IconFlag, options: countries },
      { key: 'source', label: t('leads.field.source'), icon: IconRoute, options: sources },
      { key: 'partner_id', label: t('leads.field.partner_name'), icon: IconAffiliate, options: partners },
      {
        key: 'assigned_to',
        label: t('leads.field.assigned_to_name'),
        icon: IconUser,
        options: [{ value: 'none', label: t('data.unassigned') }, ...owners],
      },
      { key: 'team_id', label: t('leads.field.team_name'), icon: IconUsersGroup, options: teams },
      { key: 'follow_up', label: t('leads.field.follow_up_at'), icon: IconBell, options: due },
      { key: 'created', label: t('leads.field.created_at'), icon: IconCalendar },
    ].filter((x) => !x.options || x.options.length > 0);
  }, [t, statuses, countries, owners, teams, partners, words, due]);
}
