import {
  IconCalendarDue,
  IconCategory,
  IconCircleDot,
  IconDatabaseImport,
  IconFlag,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Dash, Person, RelativeTime, StatusPill } from '@/components';
import type { Col } from '@/components/DataTable';
import { column, type FilterDef, ListView } from '@/components/list';
import cells from '@/components/list/cells.module.css';
import { useImportOptions } from '@/data/imports';
import { useOwnerOptions, useTeamOptions } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';
import { useMe } from '@/session/session';
import { Due, RecordLink, TypeSign } from './parts';
import { type ActivityRow, useActivityList } from './query';
import { type Activity, PRIORITIES, parentOf, STATUSES, TYPES } from './types';
import { useClock } from './useClock';
import { PRIORITY_HUES, STATUS_HUES, TYPE_HUES } from './words';

const FILTERS = ['type', 'status', 'priority', 'assigned_to', 'team_id', 'import_id', 'due', 'created'];
const HIDDEN = ['created_at'];
const isDay = (v: string | undefined) => Boolean(v && /^\d{4}-\d{2}-\d{2}$/.test(v));

/** What the server is asked for; a range of days becomes its two ends. */
function paramsOf(search: ListSearch) {
  const { due, ...params } = apiQuery(search, FILTERS);
  const [from, to] = (due ?? '').split('..');
  if (isDay(from)) params.due_from = from as string;
  if (isDay(to)) params.due_to = to as string;
  return params;
}

type Props = {
  search: ListSearch;
  onSearch: (next: ListSearch, replace?: boolean) => void;
  onOpen: (a: Activity) => void;
  onAdd: ReactNode;
};

/** All activities that one sees, as a table with filters. */
export function AllList({ search, onSearch, onOpen, onAdd }: Props) {
  const { t } = useTranslation();
  const clock = useClock();
  const { user } = useMe();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const imports = useImportOptions('activities');
  const params = useMemo(() => paramsOf(search), [search]);
  const list = useActivityList(params);
  const columns = useMemo<Col<ActivityRow>[]>(() => {
    const col = (
      id: string,
      size: number,
      cell: (a: ActivityRow) => ReactNode,
      more?: Parameters<typeof column>[4],
    ) => column<ActivityRow>(id, t(`activities.field.${id}`), size, cell, more);
    return [
      col(
        'name',
        300,
        (a) => (
          <a href={`/activities?tab=all&task=${a.id}`} className={cells.name}>
            <TypeSign type={a.type} />
            <span className={cells.ell} dir="auto">
              {a.subject}
            </span>
          </a>
        ),
        { fixed: true },
      ),
      col('status', 120, (a) => (
        <StatusPill label={t(`activities.status.${a.status}`)} hue={STATUS_HUES[a.status] ?? 'grey'} />
      )),
      col('due_at', 196, (a) => (a.due_at ? <Due activity={a} clock={clock} /> : <Dash />), { sort: true }),
      col('record', 190, (a) => (parentOf(a)?.name ? <RecordLink activity={a} /> : <Dash />)),
      col('assigned_to', 160, (a) => <Person name={a.assigned_to_name} />),
      col(
        'priority',
        110,
        (a) => (
          <StatusPill
            label={t(`activities.priority.${a.priority}`)}
            hue={PRIORITY_HUES[a.priority] ?? 'grey'}
          />
        ),
        { sort: true },
      ),
      col('created_at', 120, (a) => <RelativeTime at={a.created_at} />, { sort: true }),
    ];
  }, [t, clock]);
  const filters = useMemo<FilterDef[]>(() => {
    const words = (key: string, all: readonly string[], hues: Record<string, FilterHue>) =>
      all.map((value) => ({ value, label: t(`activities.${key}.${value}`), hue: hues[value] }));
    return [
      {
        key: 'status',
        label: t('activities.field.status'),
        icon: IconCircleDot,
        options: words('status', STATUSES, STATUS_HUES),
      },
      {
        key: 'type',
        label: t('activities.field.type'),
        icon: IconCategory,
        options: words('type', TYPES, TYPE_HUES),
      },
      {
        key: 'priority',
        label: t('activities.field.priority'),
        icon: IconFlag,
        options: words('priority', PRIORITIES, PRIORITY_HUES),
      },
      {
        key: 'assigned_to',
        label: t('activities.field.assigned_to'),
        icon: IconUser,
        options: [
          { value: 'none', label: t('data.unassigned') },
          ...(owners.length ? owners : [{ value: user.id, label: user.name, person: true }]),
        ],
      },
      ...(teams.length
        ? [{ key: 'team_id', label: t('activities.field.team_id'), icon: IconUsersGroup, options: teams }]
        : []),
      ...(imports.length
        ? [
            {
              key: 'import_id',
              label: t('activities.field.import_id'),
              icon: IconDatabaseImport,
              options: imports,
            },
          ]
        : []),
      { key: 'due', label: t('activities.field.due_at'), icon: IconCalendarDue },
      { key: 'created', label: t('activities.field.created_at'), icon: IconCalendarDue },
    ];
  }, [t, owners, teams, imports, user]);
  const openId = (id: string) => {
    const found = list.rows.find((r) => r.id === id);
    if (found) onOpen(found);
  };
  return (
    <ListView<ActivityRow>
      name="activities"
      label={t('activities.title')}
      columns={columns}
      hiddenByDefault={HIDDEN}
      filters={filters}
      search={search}
      onSearch={onSearch}
      list={list}
      params={params}
      exports="activities"
      drawKey={clock.today()}
      onOpen={openId}
      nothingYet={{
        title: t('activities.nothingAll'),
        text: t('activities.nothingAllText'),
        action: onAdd,
      }}
    />
  );
}
type FilterHue = (typeof STATUS_HUES)[keyof typeof STATUS_HUES];
