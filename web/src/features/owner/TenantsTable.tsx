import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Tenant } from '@/api/platform';
import { useFormat } from '@/app/ui';
import { RelativeTime, StatusPill } from '@/components';
import { AppLink } from '@/components/page/AppLink';
import c from './owner.module.css';
import { STATUS_HUE } from './query';
import { TenantMark } from './TenantMark';

const COLUMNS: { key: string; sort?: string; end?: boolean }[] = [
  { key: 'name', sort: 'name' },
  { key: 'status' },
  { key: 'template' },
  { key: 'users', end: true },
  { key: 'clients', end: true },
  { key: 'size', end: true },
  { key: 'active' },
  { key: 'created', sort: 'created_at' },
];
const WIDTHS = [62, 48, 70, 40, 55, 50, 60, 45];

export function TenantsTable({
  rows,
  stale,
  sort,
  onSort,
}: {
  /** Undefined while the first page is on its way. */
  rows: Tenant[] | undefined;
  stale: boolean;
  sort: string;
  onSort: (key: string) => void;
}) {
  const { t } = useTranslation();
  const f = useFormat();
  const navigate = useNavigate();
  const by = sort.replace(/^-/, '');
  return (
    <section className={c.scroll} aria-label={t('owner.tenants.title')} tabIndex={-1}>
      <table className={c.table} aria-busy={rows === undefined || stale}>
        <thead>
          <tr>
            {COLUMNS.map((col) => {
              const on = col.sort === by;
              const Arrow = sort.startsWith('-') ? IconArrowDown : IconArrowUp;
              return (
                <th
                  key={col.key}
                  scope="col"
                  data-end={col.end || undefined}
                  aria-sort={on ? (sort.startsWith('-') ? 'descending' : 'ascending') : undefined}
                >
                  {col.sort ? (
                    <button type="button" className={c.sort} onClick={() => onSort(col.sort as string)}>
                      {t(`owner.col.${col.key}`)}
                      {on && <Arrow size={13} aria-hidden />}
                    </button>
                  ) : (
                    t(`owner.col.${col.key}`)
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody data-stale={stale || undefined}>
          {rows
            ? rows.map((tenant) => (
                <tr
                  key={tenant.id}
                  className={c.row}
                  onClick={(e) => {
                    if ((e.target as HTMLElement).closest('a,button') || getSelection()?.toString()) return;
                    void navigate({ to: '/owner/tenants/$slug', params: { slug: tenant.slug } } as never);
                  }}
                >
                  <th scope="row">
                    <span className={c.identity}>
                      <TenantMark tenant={tenant} />
                      <span className={c.names}>
                        <AppLink to="/owner/tenants/$slug" params={{ slug: tenant.slug }} className={c.name}>
                          {tenant.name}
                        </AppLink>
                        <bdi className={c.slug} dir="ltr">
                          {tenant.slug}
                        </bdi>
                      </span>
                    </span>
                  </th>
                  <td>
                    <StatusPill label={t(`owner.status.${tenant.status}`)} hue={STATUS_HUE[tenant.status]} />
                  </td>
                  <td>
                    <bdi>{tenant.template}</bdi>{' '}
                    <bdi className="dim num" dir="ltr">
                      {tenant.template_version}
                    </bdi>
                  </td>
                  <td data-end className="num">
                    {f.int(tenant.users)}
                  </td>
                  <td data-end className="num">
                    {f.int(tenant.clients)}
                  </td>
                  <td data-end className="num">
                    {f.bytes(tenant.storage_bytes + tenant.database_bytes)}
                  </td>
                  <td>
                    <RelativeTime at={tenant.last_active_at} />
                  </td>
                  <td className="num">{f.date(tenant.created_at)}</td>
                </tr>
              ))
            : Array.from({ length: 12 }, (_, row) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the placeholder rows have no identity
                <tr key={row}>
                  {COLUMNS.map((col, i) => (
                    <td key={col.key} data-end={col.end || undefined}>
                      <span
                        className="skeleton"
                        style={{ width: `${(((WIDTHS[i] as number) + row * 11) % 40) + 40}%` }}
                      />
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </section>
  );
}
