import {
  IconAbc,
  IconAffiliate,
  IconAt,
  IconBell,
  IconCalendar,
  IconCircleDot,
  IconDatabaseImport,
  IconFlag,
  IconMessage,
  IconPhone,
  IconRoute,
  IconTag,
  IconUser,
  IconUserCheck,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { type FilterField, useCustomFilters, usePeople } from '@/components/list';
import { useFollowUpOptions } from '@/components/record';
import { useTagOptions } from '@/components/tags';
import { useCountryOptions } from '@/data/countries';
import { useImportOptions } from '@/data/imports';
import { humanise, usePartnerOptions, useStatuses, useTeamOptions } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';
import { fieldLevel } from '@/session/permissions';
import { useMe } from '@/session/session';

/** Conditions that the address holds in the short form, `status=new,active`. */
export const LEAD_FILTERS = [
  'status',
  'country',
  'source',
  'partner_id',
  'assigned_to',
  'team_id',
  'follow_up',
  'import_id',
  'created',
];

/** What the server is asked for, from the state of the list in the address. */
export const leadListQuery = (search: ListSearch) => apiQuery(search, LEAD_FILTERS);

/** What leads can be filtered by, as far as this person sees it in clear: the server refuses the rest. */
export function useLeadFields(rows: readonly Lead[]): FilterField[] {
  const { t } = useTranslation();
  const { user } = useMe();
  const statuses = useStatuses('lead').options;
  const countries = useCountryOptions();
  const people = usePeople();
  const teams = useTeamOptions();
  const partners = usePartnerOptions();
  const custom = useCustomFilters('lead');
  const tags = useTagOptions();
  const imports = useImportOptions('leads');
  const due = useFollowUpOptions();
  const words = [...new Set(rows.map((r) => r.source).filter((s): s is string => Boolean(s)))]
    .sort()
    .join('\n');
  return useMemo(() => {
    const nobody = { value: 'none', label: t('data.unassigned') };
    const sources = words ? words.split('\n').map((value) => ({ value, label: humanise(value) })) : [];
    const own: Omit<FilterField, 'label'>[] = [
      { key: 'status', icon: IconCircleDot, kind: 'always', options: statuses },
      { key: 'assigned_to', icon: IconUser, kind: 'choice', options: people },
      { key: 'team_id', icon: IconUsersGroup, kind: 'choice', options: [nobody, ...teams] },
      { key: 'country', icon: IconFlag, kind: 'choice', options: countries },
      { key: 'source', icon: IconRoute, kind: 'word', options: sources },
      { key: 'partner_id', icon: IconAffiliate, kind: 'choice', options: partners },
      { key: 'tags', icon: IconTag, kind: 'words', options: tags },
      { key: 'follow_up', icon: IconBell, kind: 'always', options: due },
      { key: 'follow_up_at', icon: IconBell, kind: 'day' },
      { key: 'converted', icon: IconUserCheck, kind: 'flag' },
      ...(imports.length
        ? [{ key: 'import_id', icon: IconDatabaseImport, kind: 'choice' as const, options: imports }]
        : []),
      { key: 'created_at', icon: IconCalendar, kind: 'instant' },
      { key: 'updated_at', icon: IconCalendar, kind: 'instant' },
      { key: 'name', icon: IconAbc, kind: 'text' },
      { key: 'email', icon: IconAt, kind: 'text' },
      { key: 'phone', icon: IconPhone, kind: 'text' },
      { key: 'message', icon: IconMessage, kind: 'text' },
    ];
    return [
      ...own
        .filter((f) => fieldLevel(user, `leads.${f.key}`) === 'full')
        .map((f) => ({ ...f, label: t(`leads.field.${f.key}`) })),
      ...custom,
    ];
  }, [t, user, statuses, countries, people, teams, partners, tags, due, custom, words, imports]);
}
