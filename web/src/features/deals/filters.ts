import {
  IconAbc,
  IconCalendar,
  IconCalendarDue,
  IconCircleDot,
  IconCoin,
  IconDatabaseImport,
  IconFilter,
  IconFlag,
  IconMessage,
  IconPercentage,
  IconRoute2,
  IconTag,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealKind } from '@/api/sales';
import type { FilterField } from '@/components/list';
import { useCustomFilters, usePeople } from '@/components/list/desk/useFields';
import { useTagOptions } from '@/components/tags';
import { useImportOptions } from '@/data/imports';
import { useTeamOptions } from '@/data/lookups';
import { usePipelines } from '@/data/pipelines';
import { apiQuery, type ListSearch } from '@/lib/listSearch';

/** Conditions that the address holds in the short form, `stage=proposal,won`. */
export const DEAL_FILTERS = [
  'pipeline',
  'stage',
  'outcome',
  'assigned_to',
  'team_id',
  'import_id',
  'created',
];
/** On a board the pipeline is what is looked at, and no condition. */
export const BOARD_FILTERS = DEAL_FILTERS.filter((key) => key !== 'pipeline');

export const dealListQuery = (search: ListSearch) => apiQuery(search, DEAL_FILTERS);

/** The same conditions, for the board and the forecast of one pipeline. */
export function boardParams(search: ListSearch, pipeline: string) {
  const { sort: _order, ...params } = apiQuery(search, BOARD_FILTERS);
  return { ...params, pipeline };
}

export function useDealFields(kind: DealKind): FilterField[] {
  const { t } = useTranslation();
  const pipelines = usePipelines();
  const people = usePeople();
  const teams = useTeamOptions();
  const tags = useTagOptions();
  const imports = useImportOptions(kind);
  const custom = useCustomFilters('deal');
  const { options, stageOptions } = pipelines;
  return useMemo(() => {
    const nobody = { value: 'none', label: t('data.unassigned') };
    const own: Omit<FilterField, 'label'>[] = [
      ...(options.length > 1
        ? [{ key: 'pipeline', icon: IconRoute2, kind: 'always' as const, options }]
        : []),
      { key: 'stage', icon: IconCircleDot, kind: 'always', options: stageOptions },
      { key: 'reached', icon: IconFilter, kind: 'words', options: stageOptions },
      {
        key: 'outcome',
        icon: IconFlag,
        kind: 'always',
        options: (['none', 'won', 'lost'] as const).map((value) => ({
          value,
          label: t(`deals.outcome.${value}`),
        })),
      },
      { key: 'assigned_to', icon: IconUser, kind: 'choice', options: people },
      { key: 'team_id', icon: IconUsersGroup, kind: 'choice', options: [nobody, ...teams] },
      { key: 'amount', icon: IconCoin, kind: 'number' },
      { key: 'expected_close_date', icon: IconCalendarDue, kind: 'day' },
      { key: 'closed_at', icon: IconCalendar, kind: 'instant' },
      { key: 'probability', icon: IconPercentage, kind: 'number' },
      { key: 'tags', icon: IconTag, kind: 'words', options: tags },
      ...(imports.length
        ? [{ key: 'import_id', icon: IconDatabaseImport, kind: 'choice' as const, options: imports }]
        : []),
      { key: 'created_at', icon: IconCalendar, kind: 'instant' },
      { key: 'updated_at', icon: IconCalendar, kind: 'instant' },
      { key: 'name', icon: IconAbc, kind: 'text' },
      { key: 'lost_reason', icon: IconMessage, kind: 'text' },
    ];
    return [...own.map((f) => ({ ...f, label: t(`deals.field.${f.key}`) })), ...custom];
  }, [t, options, stageOptions, people, teams, tags, imports, custom]);
}
