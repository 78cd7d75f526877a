import type { TFunction } from 'i18next';
import type { User } from '@/api/types';
import { Avatar, Dash, Ltr, RelativeTime, type RowAction, RowActions } from '@/components';
import { column } from '@/components/list';
import cells from '@/components/list/cells.module.css';
import { TwoFactorState, UserStatus } from './pills';

/** `actionsOf` is absent for those who may only look. */
export function userColumns(t: TFunction, actionsOf?: (user: User) => RowAction[]) {
  const col = (id: string, size: number, cell: Parameters<typeof column<User>>[3], more?: object) =>
    column<User>(id, t(`settings.users.field.${id}`), size, cell, more);
  return [
    col(
      'name',
      220,
      (u) => (
        <a href={`/settings/users/${u.id}`} className={cells.name}>
          <Avatar name={u.name} />
          <span className={cells.ell} dir="auto">
            {u.name}
          </span>
        </a>
      ),
      { fixed: true },
    ),
    col('email', 240, (u) => <Ltr>{u.email}</Ltr>),
    col('role_name', 140, (u) => u.role_name),
    col('team_name', 140, (u) => u.team_name ?? <Dash />),
    col('status', 110, (u) => <UserStatus user={u} />),
    col('two_factor', 110, (u) => <TwoFactorState user={u} />),
    col('last_login_at', 130, (u) => (
      <RelativeTime at={u.last_login_at} empty={<span className="dim">{t('settings.users.never')}</span>} />
    )),
    ...(actionsOf
      ? [
          column<User>(
            'actions',
            t('settings.users.actions'),
            64,
            (u) => <RowActions name={u.name} actions={actionsOf(u)} />,
            { fixed: true, num: true, quiet: true },
          ),
        ]
      : []),
  ];
}
