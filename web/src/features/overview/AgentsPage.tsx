import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentOverview } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Avatar, Dash, EmptyState, ErrorState, RelativeTime, RowActions, SkeletonLines } from '@/components';
import { AssignDialog, allMatching } from '@/components/bulk';
import { statusesQuery } from '@/data/lookups';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { Figure } from './Figure';
import { Frame } from './Frame';
import c from './overview.module.css';
import { agentsOverviewQuery } from './query';
import { listPath, openKeys, sums } from './sum';

type Moving = { entity: 'clients' | 'leads'; agent: AgentOverview } | null;

export function AgentsOverviewPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const navigate = useNavigate();
  const { team_id } = useSearch({ strict: false }) as ListSearch;
  const query = useQuery({ ...agentsOverviewQuery(team_id), placeholderData: keepPreviousData });
  const statuses = useQuery(statusesQuery).data;
  const [moving, setMoving] = useState<Moving>(null);
  const lines = query.data?.data ?? [];
  const leads = lines.some((x) => x.leads_open != null);
  const sum = sums(lines, ['clients', 'active', 'new_30_days', 'kyc_pending', 'leads_open']);
  const activeKeys = openKeys(statuses?.client ?? []);
  const openLeads = openKeys(statuses?.lead ?? []);
  const actions = (agent: AgentOverview) =>
    (['clients', 'leads'] as const)
      .filter((entity) => can(`${entity}.assign`))
      .filter((entity) => (entity === 'clients' ? agent.clients : agent.leads_open))
      .map((entity) => ({
        key: entity,
        label: t(`overview.transfer.${entity}`),
        run: () => setMoving({ entity, agent }),
      }));
  return (
    <Frame
      team={team_id}
      onTeam={(team) =>
        void navigate({ to: '.', search: (team ? { team_id: team } : {}) as never, replace: true })
      }
    >
      <section className={c.scroll} aria-label={t('overview.agents')} tabIndex={0}>
        {query.isPending && (
          <div className={c.wait}>
            <SkeletonLines lines={10} gap={28} />
          </div>
        )}
        {query.isError && !query.data && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.isSuccess && !lines.length && <EmptyState title={t('overview.noAgents')} />}
        {lines.length > 0 && (
          <table className={c.table}>
            <thead>
              <tr>
                <th scope="col">{t('overview.agent')}</th>
                <th scope="col" className={c.text}>
                  {t('overview.team')}
                </th>
                <th scope="col">{t('overview.clients')}</th>
                <th scope="col">{t('overview.active')}</th>
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
                const filter = { assigned_to: x.id, team_id };
                return (
                  <tr key={x.id}>
                    <th scope="row">
                      <span className={c.person}>
                        <Avatar name={x.name} size={22} />
                        <span dir="auto">{x.name}</span>
                        {!x.is_active && <small className={c.gone}>{t('overview.inactive')}</small>}
                      </span>
                    </th>
                    <td className={c.text}>{x.team_name ? <bdi>{x.team_name}</bdi> : <Dash />}</td>
                    <td>
                      <Figure n={x.clients} to={listPath('clients', filter)} label={t('overview.clients')} />
                    </td>
                    <td>
                      <Figure
                        n={x.active}
                        to={listPath('clients', { ...filter, status: activeKeys })}
                        label={t('overview.active')}
                      />
                    </td>
                    <td>
                      <Figure n={x.new_30_days} label={t('overview.fresh')} />
                    </td>
                    <td>
                      <Figure
                        n={x.kyc_pending}
                        to={listPath('clients', { ...filter, kyc_status: 'pending' })}
                        label={t('overview.kyc')}
                      />
                    </td>
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
                      <RowActions name={x.name} actions={actions(x)} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t('overview.total')}</th>
                <td />
                <td className="num">{f.int(sum.clients)}</td>
                <td className="num">{f.int(sum.active)}</td>
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
          from={moving.agent.name}
          selection={allMatching(
            {
              assigned_to: moving.agent.id,
              team_id,
              ...(moving.entity === 'leads' && { status: openLeads }),
            },
            (moving.entity === 'clients' ? moving.agent.clients : moving.agent.leads_open) ?? 0,
          )}
          onClose={() => setMoving(null)}
          onDone={() => setMoving(null)}
        />
      )}
    </Frame>
  );
}
