import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Dash, RelativeTime, RowActions, StatusPill } from '@/components';
import { useCan } from '@/session/session';
import s from '../settings.module.css';
import c from './roles.module.css';
import type { Role } from './types';

export function RolesTable({ roles, onDelete }: { roles: Role[]; onDelete: (role: Role) => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const navigate = useNavigate();
  const manage = can('roles.manage');
  const actionsOf = (role: Role) => [
    { key: 'edit', label: t('roles.edit'), run: () => void navigate({ to: `/settings/roles/${role.id}` }) },
    {
      key: 'copy',
      label: t('roles.copy'),
      run: () => void navigate({ to: '/settings/roles/new', search: { copy: role.id } as never }),
    },
    { key: 'delete', label: t('roles.delete.action'), run: () => onDelete(role) },
  ];
  return (
    <section className={`${s.tableWrap} ${c.wide}`} aria-label={t('staff.nav.roles')} tabIndex={0}>
      <table className={`${s.table} ${c.list}`}>
        <thead>
          <tr>
            <th scope="col">{t('roles.field.name')}</th>
            <th scope="col">{t('roles.field.users')}</th>
            <th scope="col">{t('roles.field.kind')}</th>
            <th scope="col">{t('roles.field.two_factor')}</th>
            <th scope="col">{t('roles.field.updated_at')}</th>
            {manage && (
              <th scope="col">
                <span className="sr-only">{t('settings.users.actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {roles.map((role) => (
            <tr key={role.id}>
              <th scope="row">
                <Link to={`/settings/roles/${role.id}`} className={c.roleName} dir="auto">
                  {role.name}
                </Link>
                {role.description && (
                  <span className={c.roleText}>
                    <bdi>{role.description}</bdi>
                  </span>
                )}
              </th>
              <td className="num">
                {role.users > 0 && can('users.read') ? (
                  <Link to="/settings/users" search={{ role: role.name } as never} className={c.link}>
                    {f.int(role.users)}
                    <span className="sr-only">
                      {' '}
                      {t('settings.roles.users', { count: role.users, n: f.int(role.users) })}
                    </span>
                  </Link>
                ) : (
                  f.int(role.users)
                )}
              </td>
              <td>{role.builtin ? t('roles.builtin') : t('roles.own')}</td>
              <td>
                {role.two_factor_required ? (
                  <StatusPill label={t('roles.required')} hue="amber" />
                ) : (
                  <span className="dim">{t('roles.optional')}</span>
                )}
              </td>
              <td className={s.nowrap}>
                <RelativeTime at={role.updated_at} empty={<Dash />} />
              </td>
              {manage && (
                <td className={c.end}>
                  <RowActions name={role.name} actions={actionsOf(role)} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
