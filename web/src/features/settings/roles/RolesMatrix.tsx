import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { StatusPill } from '@/components';
import { type Catalogue, LEVEL_HUE, SCOPE_HUE, useAccessWords } from '@/components/explain';
import s from '../settings.module.css';
import { areasOf } from './draft';
import c from './roles.module.css';
import type { Role } from './types';

/** All roles side by side: permissions by area down, roles across. Read only. */
export function RolesMatrix({ roles, catalogue }: { roles: Role[]; catalogue: Catalogue }) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useAccessWords();
  const head = (text: string) => (
    <tr className={s.area}>
      <th scope="colgroup" colSpan={roles.length + 1}>
        {text}
      </th>
    </tr>
  );
  return (
    <section className={`${s.tableWrap} ${c.wide}`} aria-label={t('settings.roles.matrix')} tabIndex={0}>
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">{t('settings.roles.permission')}</th>
            {roles.map((r) => (
              <th key={r.id} scope="col">
                <Link to={`/settings/roles/${r.id}`} className={`${s.roleHead} ${c.roleName}`}>
                  {r.name}
                </Link>
                {t('settings.roles.users', { count: r.users, n: f.int(r.users) })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {areasOf(catalogue.permissions).map(([area, permissions]) => (
            <Fragment key={area}>
              {head(words.area(area))}
              {permissions.map((p) => (
                <tr key={p.key}>
                  <th scope="row">{words.can(p.key)}</th>
                  {roles.map((r) => {
                    const scope = r.permissions[p.key] ?? 'none';
                    return (
                      <td key={r.id}>
                        {scope === 'none' ? (
                          <span className="dim">
                            —<span className="sr-only">{words.scope('none')}</span>
                          </span>
                        ) : (
                          <StatusPill label={words.scope(scope)} hue={SCOPE_HUE[scope]} />
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </Fragment>
          ))}
          {head(t('roles.fields'))}
          {catalogue.fields.map((x) => (
            <tr key={x.key}>
              <th scope="row">{words.sees(x.key)}</th>
              {roles.map((r) => {
                const level = r.fields[x.key] ?? 'hidden';
                return (
                  <td key={r.id}>
                    <StatusPill label={words.level(level)} hue={LEVEL_HUE[level]} />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
