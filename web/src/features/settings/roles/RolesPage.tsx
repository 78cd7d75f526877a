import { useQuery } from '@tanstack/react-query';
import { Fragment, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { FieldLevel, PermissionCatalogue, Role, Scope } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, type Hue, SkeletonLines, StatusPill } from '@/components';
import { humanise, rolesQuery } from '@/data/lookups';
import c from '../settings.module.css';

const SCOPE_HUE: Record<Scope, Hue> = { none: 'grey', own: 'blue', team: 'teal', all: 'green' };
const LEVEL_HUE: Record<FieldLevel, Hue> = { full: 'green', masked: 'amber', hidden: 'grey' };

/** Who may do what: permissions by area down, roles across. Read only. */
export function RolesPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const roles = useQuery(rolesQuery);
  const catalogue = useQuery({
    queryKey: ['permissions'],
    queryFn: ({ signal }) => api.get('/permissions', { signal }),
    staleTime: 600_000,
  });
  const areas = useMemo(() => {
    const out = new Map<string, PermissionCatalogue['permissions']>();
    for (const p of catalogue.data?.permissions ?? []) out.set(p.area, [...(out.get(p.area) ?? []), p]);
    return [...out];
  }, [catalogue.data]);
  const list = roles.data?.data ?? [];
  const failed = roles.error ?? catalogue.error;
  if (failed)
    return (
      <ErrorState
        error={failed}
        onRetry={() => {
          void roles.refetch();
          void catalogue.refetch();
        }}
      />
    );
  if (roles.isLoading || catalogue.isLoading)
    return (
      <div className={c.page}>
        <SkeletonLines lines={12} gap={24} />
      </div>
    );
  if (!list.length) return <EmptyState title={t('settings.roles.nothing')} />;
  return (
    <div className={c.page}>
      <p className={c.intro}>{t('settings.roles.intro')}</p>
      <section className={c.tableWrap} aria-label={t('settings.roles.matrix')} tabIndex={0}>
        <table className={c.table}>
          <thead>
            <tr>
              <th scope="col">{t('settings.roles.permission')}</th>
              {list.map((r) => (
                <th key={r.id} scope="col" title={r.description ?? undefined}>
                  <span className={c.roleHead}>{r.name}</span>
                  {t('settings.roles.users', { count: r.users, n: f.int(r.users) })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {areas.map(([area, permissions]) => (
              <Fragment key={area}>
                <tr className={c.area}>
                  <th scope="colgroup" colSpan={list.length + 1}>
                    {t(`settings.roles.area.${area}`, { defaultValue: humanise(area) })}
                  </th>
                </tr>
                {permissions.map((p) => (
                  <tr key={p.key}>
                    <th scope="row">
                      {t(`settings.roles.can.${p.key.replace('.', '_')}`, { defaultValue: p.title })}
                    </th>
                    {list.map((r) => (
                      <td key={r.id}>
                        <ScopeCell role={r} permission={p.key} />
                      </td>
                    ))}
                  </tr>
                ))}
              </Fragment>
            ))}
            <tr className={c.area}>
              <th scope="colgroup" colSpan={list.length + 1}>
                {t('settings.roles.fields')}
              </th>
            </tr>
            {(catalogue.data?.fields ?? []).map((x) => (
              <tr key={x.key}>
                <th scope="row">
                  {t(`settings.roles.sees.${x.key.replace('.', '_')}`, { defaultValue: x.title })}
                </th>
                {list.map((r) => {
                  const level = r.fields[x.key] ?? 'full';
                  return (
                    <td key={r.id}>
                      <StatusPill label={t(`settings.roles.level.${level}`)} hue={LEVEL_HUE[level]} />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function ScopeCell({ role, permission }: { role: Role; permission: string }) {
  const { t } = useTranslation();
  const scope = role.permissions[permission] ?? 'none';
  if (scope === 'none')
    return (
      <span className="dim">
        —<span className="sr-only">{t('settings.roles.scope.none')}</span>
      </span>
    );
  return <StatusPill label={t(`settings.roles.scope.${scope}`)} hue={SCOPE_HUE[scope]} />;
}
