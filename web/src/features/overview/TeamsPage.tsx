import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TeamOverview } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, RelativeTime, RowActions, SkeletonLines } from '@/components';
import { AssignDialog, allMatching } from '@/components/bulk';
import { statusesQuery } from '@/data/lookups';
import { useCan } from '@/session/session';
import { Figure } from './Figure';
import { Frame } from './Frame';
import c from './overview.module.css';
import { teamsOverviewQuery } from './query';
import { listPath, openKeys, sums } from './sum';

type Moving = { entity: 'clients' | 'leads'; team: TeamOverview } | null;

export function TeamsOverviewPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const query = useQuery(teamsOverviewQuery);
  const statuses = useQuery(statusesQuery).data;
  const [moving, setMoving] = useState<Moving>(null);
  const lines = query.data?.data ?? [];
  const leads = lines.some((x) => x.leads_open != null);
  const sum = sums(lines, ['clients', 'active', 'unassigned', 'new_30_days', 'kyc_pending', 'leads_open']);
  const activeKeys = openKeys(statuses?.client ?? []);
  const openLeads = openKeys(statuses?.lead ?? []);
  const actions = (team: TeamOverview) =>
    (['clients', 'leads'] as const)
      .filter((entity) => can(`${entity}.assign`) && can('users.read'))
      .filter((entity) => (entity === 'clients' ? team.clients : team.leads_open))
      .map((entity) => ({
        key: entity,
        label: t(`overview.transfer.${entity}`),
        run: () => setMoving({ entity, team }),
      }));
  return (
    <Frame>
      <section className={c.scroll} aria-label={t('overview.teams')} tabIndex={0}>
        {query.isPending && (
          <div className={c.wait}>
            <SkeletonLines lines={6} gap={28} />
          </div>
        )}
        {query.isError && !query.data && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.isSuccess && !lines.length && <EmptyState title={t('overview.noTeams')} />}
        {lines.length > 0 && (
          <table className={c.table}>
            <thead>
              <tr>
                <th scope="col">{t('overview.team')}</th>
                <th scope="col">{t('overview.clients')}</th>
                <th scope="col">{t('overview.active')}</th>
                <th scope="col">{t('overview.unassigned')}</th>
                <th scope="col">{t('overview.fresh')}</th>
                <th scope="col">{t('overview.kyc')}</th>
                {leads && <th scope="col">{t('overview.leads')}</th>}
                <th scope="col">{t('overview.last')}</th>
                <th scope="col">
                  <span className="sr-only">{t('overview.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map((x) => {
                const name = x.name ?? t('overview.noTeam');
                const team_id = x.id ?? 'none';
                return (
                  <tr key={team_id}>
                    <th scope="row">
                      {x.id && can('users.read') ? (
                        <Link
                          to={'/overview/agents' as never}
                          search={{ team_id: x.id } as never}
                          className={c.name}
                        >
                          <span dir="auto">{name}</span>
                        </Link>
                      ) : (
                        <span className={c.nobody}>{name}</span>
                      )}
                      {x.id && (
                        <small className={c.meta}>
                          {t('overview.members', { count: x.members, n: f.int(x.members) })}
                        </small>
                      )}
                    </th>
                    <td>
                      <Figure
                        n={x.clients}
                        to={listPath('clients', { team_id })}
                        label={t('overview.clients')}
                      />
                    </td>
                    <td>
                      <Figure
                        n={x.active}
                        to={listPath('clients', { team_id, status: activeKeys })}
                        label={t('overview.active')}
                      />
                    </td>
                    <td>
                      <Figure
                        n={x.unassigned}
                        to={listPath('clients', { team_id, assigned_to: 'none' })}
                        label={t('overview.unassigned')}
                      />
                    </td>
                    <td>
                      <Figure n={x.new_30_days} label={t('overview.fresh')} />
                    </td>
                    <td>
                      <Figure
                        n={x.kyc_pending}
                        to={listPath('clients', { team_id, kyc_status: 'pending' })}
                        label={t('overview.kyc')}
                      />
                    </td>
                    {leads && (
                      <td>
                        <Figure
                          n={x.leads_open}
                          to={listPath('leads', { team_id, status: openLeads })}
                          label={t('overview.leads')}
                        />
                      </td>
                    )}
                    <td className={c.when}>
                      <RelativeTime at={x.last_activity_at} />
                    </td>
                    <td className={c.end}>
                      <RowActions name={name} actions={actions(x)} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t('overview.total')}</th>
                <td className="num">{f.int(sum.clients)}</td>
                <td className="num">{f.int(sum.active)}</td>
                <td className="num">{f.int(sum.unassigned)}</td>
                <td className="num">{f.int(sum.new_30_days)}</td>
                <td className="num">{f.int(sum.kyc_pending)}</td>
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
          from={moving.team.name ?? t('overview.noTeam')}
          selection={allMatching(
            {
              team_id: moving.team.id ?? 'none',
              ...(moving.entity === 'leads' && { status: openLeads }),
            },
            (moving.entity === 'clients' ? moving.team.clients : moving.team.leads_open) ?? 0,
          )}
          onClose={() => setMoving(null)}
          onDone={() => setMoving(null)}
        />
      )}
    </Frame>
  );
}
