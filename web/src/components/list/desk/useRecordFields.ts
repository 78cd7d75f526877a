import {
  IconAbc,
  IconAt,
  IconBell,
  IconCalendar,
  IconCircleDot,
  IconFlag,
  IconPhone,
  IconRoute,
  IconTag,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCountryOptions } from '@/data/countries';
import { type Option, useStatuses, useTeamOptions } from '@/data/lookups';
import { fieldLevel } from '@/session/permissions';
import { useMe } from '@/session/session';
import { useFollowUpOptions } from '../../record/followUpOptions';
import { useTagOptions } from '../../tags';
import type { FilterField } from './fields';
import { useCustomFilters, usePeople } from './useFields';

type Field = Omit<FilterField, 'label'>;
/** Fields of one kind of record, behind the shared field that comes before them. */
export type OwnFields = Record<string, Field[]>;

/** What a list of people can be filtered by, as far as this person sees it in clear: the server refuses the rest. */
export function useRecordFields(entity: 'client' | 'lead', sources: Option[], own: OwnFields): FilterField[] {
  const { t } = useTranslation();
  const { user } = useMe();
  const statuses = useStatuses(entity).options;
  const countries = useCountryOptions();
  const people = usePeople();
  const teams = useTeamOptions();
  const due = useFollowUpOptions();
  const tags = useTagOptions();
  const custom = useCustomFilters(entity);
  return useMemo(() => {
    const nobody = { value: 'none', label: t('data.unassigned') };
    const shared: Field[] = [
      { key: 'status', icon: IconCircleDot, kind: 'always', options: statuses },
      { key: 'assigned_to', icon: IconUser, kind: 'choice', options: people },
      { key: 'team_id', icon: IconUsersGroup, kind: 'choice', options: [nobody, ...teams] },
      { key: 'country', icon: IconFlag, kind: 'choice', options: countries },
      { key: 'source', icon: IconRoute, kind: 'word', options: sources },
      { key: 'tags', icon: IconTag, kind: 'words', options: tags },
      { key: 'follow_up', icon: IconBell, kind: 'always', options: due },
      { key: 'follow_up_at', icon: IconBell, kind: 'day' },
      { key: 'created_at', icon: IconCalendar, kind: 'instant' },
      { key: 'updated_at', icon: IconCalendar, kind: 'instant' },
      { key: 'name', icon: IconAbc, kind: 'text' },
      { key: 'email', icon: IconAt, kind: 'text' },
      { key: 'phone', icon: IconPhone, kind: 'text' },
    ];
    return [
      ...shared
        .flatMap((f) => [f, ...(own[f.key] ?? [])])
        .filter((f) => fieldLevel(user, `${entity}s.${f.key}`) === 'full')
        .map((f) => ({ ...f, label: t(`${entity}s.field.${f.key}`) })),
      ...custom,
    ];
  }, [t, user, entity, statuses, countries, people, teams, sources, tags, due, custom, own]);
}
