import { IconCircleDot, IconShieldLock, IconUsersGroup } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '@/api/types';
import {
  Avatar,
  ConfirmDialog,
  Dash,
  type Hue,
  Ltr,
  RelativeTime,
  type RowAction,
  RowActions,
  StatusPill,
  toast,
} from '@/components';
import { column, type FilterDef, ListView } from '@/components/list';
import cells from '@/components/list/cells.module.css';
import { useList } from '@/data/lists';
import { useRoleOptions, useTeamOptions } from '@/data/lookups';
import { apiQuery, type ListSearch } from '@/lib/listSearch';
import { useCan, useMe } from '@/session/session';
import { DeactivateDialog } from './DeactivateDialog';
import { useInviteAgain, useResetPassword, useUpdateUser } from './query';
import { UserDrawer } from './UserDrawer';

const FILTERS = ['status', 'role', 'team_id'];
const HUES: Record<User['status'], Hue> = { active: 'green', invited: 'amber', inactive: 'grey' };
type Asking = { user: User; what: 'deactivate' | 'reset' } | null;

export function UsersPage() {
  const { t } = useTranslation();
  const can = useCan();
  const me = useMe();
  const manage = can('users.manage');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const list = useList(
    'users',
    useMemo(() => apiQuery(search, FILTERS), [search]),
  );
  const roles = useRoleOptions();
  const teams = useTeamOptions();
  const update = useUpdateUser();
  const invite = useInviteAgain();
  const reset = useResetPassword();
  const [asking, setAsking] = useState<Asking>(null);
  const go = useCallback(
    (next: ListSearch, replace = true) => void navigate({ to: '.', search: next as never, replace }),
    [navigate],
  );
  const edit = useCallback((id: string) => go({ ...search, edit: id }, false), [go, search]);
  const sendAgain = invite.mutate;
  const change = update.mutate;
  const myId = me.user.id;

  const columns = useMemo(() => {
    const actions = (u: User): RowAction[] => [
      { key: 'edit', label: t('settings.users.edit'), run: () => edit(u.id) },
      ...(u.status === 'invited'
        ? [
            {
              key: 'invite',
              label: t('settings.users.inviteAgain'),
              run: () =>
                sendAgain(u.id, {
                  onSuccess: () => toast.done(t('settings.users.invited', { email: u.email })),
                }),
            },
          ]
        : [
            {
              key: 'reset',
              label: t('settings.users.reset'),
              run: () => setAsking({ user: u, what: 'reset' }),
            },
          ]),
      ...(u.id === myId
        ? []
        : u.status === 'inactive'
          ? [
              {
                key: 'activate',
                label: t('settings.users.activate'),
                run: () => change({ id: u.id, patch: { status: 'active' } }),
              },
            ]
          : [
              {
                key: 'deactivate',
                label: t('settings.users.deactivate'),
                run: () => setAsking({ user: u, what: 'deactivate' }),
              },
            ]),
    ];
    const col = (id: string, size: number, cell: Parameters<typeof column<User>>[3], more?: object) =>
      column<User>(id, t(`settings.users.field.${id}`), size, cell, more);
    return [
      col(
        'name',
        230,
        (u) => (
          <a href={`/settings/users?edit=${u.id}`} className={cells.name}>
            <Avatar name={u.name} />
            <span className={cells.ell} dir="auto">
              {u.name}
            </span>
          </a>
        ),
        { fixed: true },
      ),
      col('email', 240, (u) => <Ltr>{u.email}</Ltr>),
      col('role_name', 150, (u) => u.role_name),
      col('team_name', 140, (u) => u.team_name ?? <Dash />),
      col('status', 120, (u) => (
        <StatusPill label={t(`settings.users.state.${u.status}`)} hue={HUES[u.status] ?? 'grey'} />
      )),
      col('last_login_at', 140, (u) => (
        <RelativeTime at={u.last_login_at} empty={<span className="dim">{t('settings.users.never')}</span>} />
      )),
      col('two_factor', 120, (u) => (u.two_factor ? t('settings.users.on') : <Dash />)),
      ...(manage
        ? [
            column<User>(
              'actions',
              t('settings.users.actions'),
              64,
              (u) => <RowActions name={u.name} actions={actions(u)} />,
              {
                fixed: true,
                num: true,
                quiet: true,
              },
            ),
          ]
        : []),
    ];
  }, [t, manage, edit, sendAgain, change, myId]);

  const filters = useMemo<FilterDef[]>(
    () =>
      [
        {
          key: 'status',
          label: t('settings.users.field.status'),
          icon: IconCircleDot,
          options: (Object.keys(HUES) as User['status'][]).map((value) => ({
            value,
            label: t(`settings.users.state.${value}`),
            hue: HUES[value],
          })),
        },
        { key: 'role', label: t('settings.users.field.role_name'), icon: IconShieldLock, options: roles },
        { key: 'team_id', label: t('settings.users.field.team_name'), icon: IconUsersGroup, options: teams },
      ].filter((f) => f.options.length > 0),
    [t, roles, teams],
  );
  const editing = list.rows.find((u) => u.id === search.edit);
  return (
    <>
      <ListView<User>
        name="users"
        label={t('settings.users.title')}
        columns={columns}
        hiddenByDefault={['two_factor']}
        filters={filters}
        search={search}
        onSearch={go}
        list={list}
        onOpen={(id) => {
          if (manage) edit(id);
        }}
        nothingYet={{ title: t('settings.users.nothing') }}
      />
      <UserDrawer
        user={editing}
        opened={manage && (search.new === '1' || Boolean(editing))}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
      <DeactivateDialog
        user={asking?.what === 'deactivate' ? asking.user : null}
        onClose={() => setAsking(null)}
      />
      <ConfirmDialog
        opened={asking?.what === 'reset'}
        title={t('settings.users.resetTitle', { name: asking?.user.name })}
        text={t('settings.users.resetText', { email: asking?.user.email })}
        confirm={t('settings.users.reset')}
        busy={reset.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => {
          if (!asking) return;
          reset.mutate(asking.user.id, {
            onSuccess: () => toast.done(t('settings.users.resetSent', { email: asking.user.email })),
            onSettled: () => setAsking(null),
          });
        }}
      />
    </>
  );
}
