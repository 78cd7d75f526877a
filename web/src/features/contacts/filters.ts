import {
  IconAbc,
  IconAt,
  IconBriefcase,
  IconBuilding,
  IconCalendar,
  IconCircleDot,
  IconDatabaseImport,
  IconPhone,
  IconRoute,
  IconStar,
  IconTag,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { CONTACT_STATUSES, type Contact, type ContactStatus } from '@/api/sales';
import type { Hue } from '@/components';
import type { FilterField } from '@/components/list';
import { useCustomFilters, usePeople } from '@/components/list/desk/useFields';
import { useTagOptions } from '@/components/tags';
import { useImportOptions } from '@/data/imports';
import { humanise, type Option, useTeamOptions } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';
import { fieldLevel } from '@/session/permissions';
import { useMe } from '@/session/session';

const HUES: Record<ContactStatus, Hue> = {
  lead: 'blue',
  prospect: 'amber',
  customer: 'green',
  closed: 'grey',
};
export const statusHue = (status: string): Hue => HUES[status as ContactStatus] ?? 'grey';

export function useContactStatuses(): Option[] {
  const { t } = useTranslation();
  return useMemo(
    () =>
      CONTACT_STATUSES.map((value) => ({ value, label: t(`contacts.status.${value}`), hue: HUES[value] })),
    [t],
  );
}

/** Conditions that the address holds in the short form. */
export const CONTACT_FILTERS = ['status', 'source', 'assigned_to', 'team_id', 'import_id', 'created'];
export const contactListQuery = (search: ListSearch) => apiQuery(search, CONTACT_FILTERS);

export function useContactFields(rows: readonly Contact[]): FilterField[] {
  const { t } = useTranslation();
  const { user } = useMe();
  const statuses = useContactStatuses();
  const people = usePeople();
  const teams = useTeamOptions();
  const tags = useTagOptions();
  const imports = useImportOptions('contacts');
  const custom = useCustomFilters('contact');
  const words = [...new Set(rows.flatMap((r) => r.source || []))].sort().join('\n');
  return useMemo(() => {
    const nobody = { value: 'none', label: t('data.unassigned') };
    const sources = words ? words.split('\n').map((value) => ({ value, label: humanise(value) })) : [];
    const own: Omit<FilterField, 'label'>[] = [
      { key: 'status', icon: IconCircleDot, kind: 'always', options: statuses },
      { key: 'assigned_to', icon: IconUser, kind: 'choice', options: people },
      { key: 'team_id', icon: IconUsersGroup, kind: 'choice', options: [nobody, ...teams] },
      { key: 'source', icon: IconRoute, kind: 'word', options: sources },
      { key: 'rating', icon: IconStar, kind: 'number' },
      { key: 'tags', icon: IconTag, kind: 'words', options: tags },
      { key: 'company', icon: IconBuilding, kind: 'text' },
      { key: 'job_title', icon: IconBriefcase, kind: 'text' },
      ...(imports.length
        ? [{ key: 'import_id', icon: IconDatabaseImport, kind: 'choice' as const, options: imports }]
        : []),
      { key: 'created_at', icon: IconCalendar, kind: 'instant' },
      { key: 'updated_at', icon: IconCalendar, kind: 'instant' },
      { key: 'name', icon: IconAbc, kind: 'text' },
      { key: 'email', icon: IconAt, kind: 'text' },
      { key: 'phone', icon: IconPhone, kind: 'text' },
    ];
    return [
      ...own
        .filter((f) => fieldLevel(user, `contacts.${f.key}`) === 'full')
        .map((f) => ({ ...f, label: t(`contacts.field.${f.key}`) })),
      ...custom,
    ];
  }, [t, user, statuses, people, teams, tags, imports, custom, words]);
}
