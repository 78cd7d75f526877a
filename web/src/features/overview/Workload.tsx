import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentOverview, TeamOverview } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, RelativeTime, RowActions, SkeletonLines } from '@/components';
import { AssignDialog, allMatching } from '@/components/bulk';
import { statusesQuery, useKyc } from '@/data/lookups';
import { useCan } from '@/session/session';
import { Figure } from './Figure';
import c from './overview.module.css';
import { listPath, openKeys, sums } from './sum';

/** What a line counts, whoever it is about. */
type Line = Pick<
  AgentOverview & TeamOverview,
  'clients' | 'active' | 'new_30_days' | 'kyc_pending' | 'leads_open' | 'last_activity_at'
> & { unassigned?: number };
type Filter = Record<string, string | undefined>;
type Props<T extends Line> = {
  title: string;
  /** Over the column of names. */
  name: string;
  none: string;
  /** How many lines there will be, about. */
  lines: number;
  query: Pick<
    UseQueryResult<{ data: T[] }>,
    'data' | 'isPending' | 'isError' | 'isSuccess' | 'error' | 'refetch'
  >;
  keyOf: (line: T) => string;
  nameOf: (line: T) => string;
  heading: (line: T) => ReactNode;
  /** A column beside the names. */
  beside?: { title: string; cell: (line: T) => ReactNode };
  /** What the lists behind the figures of a line are narrowed by. */
  filterOf: (line: T) => Filter;
  /** Clients without an owner: a column of its own. */
  unassigned?: boolean;
  mayMove?: boolean;
};

/** The work of a house, line by line; every number leads to its records, and they can be handed on. */
export function Workload<T extends Line>(props: Props<T>) {
  const { title, query, keyOf, nameOf, heading, beside, filterOf, unassigned, mayMove = true } = props;
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const statuses = useQuery(statusesQuery).data;
  const kyc = useKyc().shown;
  const [moving, setMoving] = useState<{ entity: 'clients' | 'leads'; line: T } | null>(null);
  const lines = query.data?.data ?? [];
  const leads = lines.some((x) => x.leads_open != null);
  const sum = sums<Line, keyof Line>(lines, [
    'clients',
    'active',
    'unassigned',
    'new_30_days',
    'kyc_pending',
    'leads_open',
  ]);
  const activeKeys = openKeys(statuses?.client ?? []);
  const openLeads = openKeys(statuses?.lead ?? []);
  const countOf = (entity: 'clients' | 'leads', line: T) =>
    entity === 'clients' ? line.clients : line.leads_open;
  const actions = (line: T) =>
    (['clients', 'leads'] as const)
      .filter((entity) => can(`${entity}.assign`) && mayMove)
      .filter((entity) => countOf(entity, line))
      .map((entity) => ({
        key: entity,
        label: t(`overview.transfer.${entity}`),
        run: () => setMoving({ entity, line }),
      }));
  const clients = (filter: Filter) => listPath('clients', filter);
  return (
    <>
      <section className={c.scroll} aria-label={title} tabIndex={0}>
        {query.isPending && (
          <div className={c.wait}>
            <SkeletonLines lines={props.lines} gap={28} />
          </div>
        )}
        {query.isError && !query.data && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.isSuccess && !lines.length && <EmptyState title={props.none} />}
        {lines.length > 0 && (
          <table className={c.table}>
            <thead>
              <tr>
                <th scope="col">{props.name}</th>
                {beside && (
                  <th scope="col" className={c.text}>
                    {beside.title}
                  </th>
                )}
                <th scope="col">{t('overview.clients')}</th>
                <th scope="col">{t('overview.active')}</th>
                {unassigned && <th scope="col">{t('overview.unassigned')}</th>}
                <th scope="col">{t('overview.fresh')}</th>
                {kyc && <th scope="col">{t('overview.kyc')}</th>}
                {leads && <th scope="col">{t('overview.leads')}</th>}
                <th scope="col">{t('overview.last')}</th>
                <th scope="col">
                  <span className="sr-only">{t('overview.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map((x) => {
                const filter = filterOf(x);
                return (
                  <tr key={keyOf(x)}>
                    <th scope="row">{heading(x)}</th>
                    {beside && <td className={c.text}>{beside.cell(x)}</td>}
                    <td>
                      <Figure n={x.clients} to={clients(filter)} label={t('overview.clients')} />
                    </td>
                    <td>
                      <Figure
                        n={x.active}
                        to={clients({ ...filter, status: activeKeys })}
                        label={t('overview.active')}
                      />
                    </td>
                    {unassigned && (
                      <td>
                        <Figure
                          n={x.unassigned}
                          to={clients({ ...filter, assigned_to: 'none' })}
                          label={t('overview.unassigned')}
                        />
                      </td>
                    )}
                    <td>
                      <Figure n={x.new_30_days} label={t('overview.fresh')} />
                    </td>
                    {kyc && (
                      <td>
                        <Figure
                          n={x.kyc_pending}
                          to={clients({ ...filter, kyc_status: 'pending' })}
                          label={t('overview.kyc')}
                        />
                      </td>
                    )}
                    {leads && (
                      <td>
                        <Figure
                          n={x.leads_open}
                          to={listPath('leads', { ...filter, status: openLeads })}
                          label={t('overview.leads')}
                        />
                      </td>
                    )}
                    <td className={c.when}>
                      <RelativeTime at={x.last_activity_at} />
                    </td>
                    <td className={c.end}>
                      <RowActions name={nameOf(x)} actions={actions(x)} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t('overview.total')}</th>
                {beside && <td />}
                <td className="num">{f.int(sum.clients)}</td>
                <td className="num">{f.int(sum.active)}</td>
                {unassigned && <td className="num">{f.int(sum.unassigned)}</td>}
                <td className="num">{f.int(sum.new_30_days)}</td>
                {kyc && <td className="num">{f.int(sum.kyc_pending)}</td>}
                {leads && <td className="num">{f.int(sum.leads_open)}</td>}
                <td />
                <td />
              </tr>
            </tfoot>
          </table>
        )}
      </section>
      {moving && (
        <AssignDialog
          entity={moving.entity}
          from={nameOf(moving.line)}
          selection={allMatching(
            { ...filterOf(moving.line), ...(moving.entity === 'leads' && { status: openLeads }) },
            countOf(moving.entity, moving.line) ?? 0,
          )}
          onClose={() => setMoving(null)}
          onDone={() => setMoving(null)}
        />
      )}
    </>
  );
}
