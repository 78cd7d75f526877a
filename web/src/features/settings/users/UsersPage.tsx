import { IconCircleDot, IconDatabaseImport, IconShieldLock, IconUsersGroup } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '@/api/types';
import { type FilterDef, ListView } from '@/components/list';
import { useImportOptions } from '@/data/imports';
import { useListSearch } from '@/data/listSearch';
import { useList } from '@/data/lists';
import { useRoleOptions, useTeamOptions } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { userColumns } from './columns';
import { STATUS_HUES } from './pills';
import { UserDrawer } from './UserDrawer';
import { useUserActions } from './useUserActions';

const FILTERS = ['status', 'role', 'team_id', 'import_id'];

export function UsersPage() {
  const { t } = useTranslation();
  const can = useCan();
  const manage = can('users.manage');
  const navigate = useNavigate();
  const { search, go } = useListSearch();
  const params = useMemo(() => apiQuery(search, FILTERS), [search]);
  const list = useList('users', params);
  const roles = useRoleOptions();
  const teams = useTeamOptions();
  const imports = useImportOptions('users');
  // rows that do not change keep the function they were drawn with: it must not hold an old search
  const edit = useCallback(
    (u: User) => void navigate({ to: '.', search: ((old: ListSearch) => ({ ...old, edit: u.id })) as never }),
    [navigate],
  );
  const { actionsOf, dialogs } = useUserActions(edit);
  const columns = useMemo(() => userColumns(t, manage ? actionsOf : undefined), [t, manage, actionsOf]);

  const filters = useMemo<FilterDef[]>(
    () =>
      [
        {
          key: 'status',
          label: t('settings.users.field.status'),
          icon: IconCircleDot,
          options: (Object.keys(STATUS_HUES) as User['status'][]).map((value) => ({
            value,
            label: t(`settings.users.state.${value}`),
            hue: STATUS_HUES[value],
          })),
        },
        { key: 'role', label: t('settings.users.field.role_name'), icon: IconShieldLock, options: roles },
        { key: 'team_id', label: t('settings.users.field.team_name'), icon: IconUsersGroup, options: teams },
        {
          key: 'import_id',
          label: t('settings.users.field.import'),
          icon: IconDatabaseImport,
          options: imports,
        },
      ].filter((f) => f.options.length > 0),
    [t, roles, teams, imports],
  );
  const editing = list.rows.find((u) => u.id === search.edit);
  return (
    <>
      <ListView<User>
        name="users"
        label={t('settings.users.title')}
        columns={columns}
        filters={filters}
        search={search}
        onSearch={go}
        list={list}
        params={params}
        exports="users"
        onOpen={(id, e) => {
          if (e.metaKey || e.ctrlKey) window.open(`/settings/users/${id}`, '_blank');
          else void navigate({ to: `/settings/users/${id}` });
        }}
        nothingYet={{ title: t('settings.users.nothing') }}
      />
      <UserDrawer
        user={editing}
        opened={manage && (search.new === '1' || Boolean(editing))}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
      {dialogs}
    </>
  );
}
