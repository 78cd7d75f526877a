import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ClientDashboard } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState, type Hue } from '@/components';
import { humanise, statusesQuery, useKyc, useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { BarList } from './BarList';
import c from './dashboard.module.css';
import { Kpi } from './Kpi';
import { NewPerDay, NewRecords } from './NewRecords';
import { Panel, type PanelProps } from './Panel';
import { clientFiguresQuery } from './query';
import { useSlices } from './slices';

/** Everything about clients. */
export function ClientPanel({ narrowed, span, search }: PanelProps) {
  const { t } = useTranslation();
  const query = useQuery(clientFiguresQuery(narrowed));
  return (
    <Panel title={t('dashboard.clients')} query={query}>
      {(data) => <Figures data={data} span={span} search={search} />}
    </Panel>
  );
}

type FiguresProps = { data: ClientDashboard; span: number; search: Record<string, string> };
function Figures({ data, span, search }: FiguresProps) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const navigate = useNavigate();
  const statuses = useStatuses('client');
  const closed = useQuery(statusesQuery).data?.client;
  const kyc = useKyc();
  const { named, teams } = useSlices();
  const to = can('clients.read') ? '/clients' : null;
  const share = (n: number) => t('dashboard.ofAll', { share: f.percent(data.total ? n / data.total : 0) });
  const keys = (isClosed: boolean) =>
    closed
      ?.filter((s) => s.closed === isClosed)
      .map((s) => s.key)
      .join(',');
  const [active, inactive] = [keys(false), keys(true)];

  if (!data.total && search.team_id)
    return (
      <EmptyState title={t('dashboard.nothingInTeam')} icon={<IconUsers size={20} stroke={1.6} />} compact />
    );
  if (!data.total)
    return (
      <EmptyState
        icon={<IconUsers size={20} stroke={1.6} />}
        title={t('dashboard.empty')}
        text={t('dashboard.emptyText')}
        action={
          can('clients.create') && (
            <Button onClick={() => void navigate({ to: '/clients', search: { new: '1' } as never })}>
              {t('dashboard.add')}
            </Button>
          )
        }
      />
    );
  const bars = { to, search, total: data.total };
  return (
    <>
      <div className={c.kpis}>
        <Kpi label={t('dashboard.total')} value={f.int(data.total)} to={to} search={search}>
          <span className="dim">{t('dashboard.withOwner', { n: f.int(data.assigned) })}</span>
        </Kpi>
        <Kpi
          label={t('dashboard.active')}
          value={f.int(data.active)}
          to={active ? to : null}
          search={{ ...search, status: active ?? '' }}
        >
          <span className="dim">{share(data.active)}</span>
        </Kpi>
        <Kpi
          label={t('dashboard.inactive')}
          value={f.int(data.inactive)}
          to={inactive ? to : null}
          search={{ ...search, status: inactive ?? '' }}
        >
          <span className="dim">{share(data.inactive)}</span>
        </Kpi>
        <Kpi
          label={t('dashboard.unassigned')}
          value={f.int(data.unassigned)}
          to={to}
          search={{ ...search, assigned_to: 'none' }}
        >
          <span className="dim">{share(data.unassigned)}</span>
        </Kpi>
        <NewRecords days={data.per_day} span={span} to={to} search={search} />
      </div>
      <NewPerDay
        title={t('dashboard.perDay')}
        days={data.per_day}
        span={span}
        to={to}
        search={search}
        say={(n) => t('dashboard.newClients', { count: n, n: f.int(n) })}
      />
      <div className={c.grid}>
        <BarList
          {...bars}
          title={t('dashboard.byStatus')}
          filter="status"
          hue={(key): Hue => statuses.hue(key)}
          items={named(data.by_status, statuses.label)}
        />
        <BarList
          {...bars}
          title={t('dashboard.byKyc')}
          filter="kyc_status"
          hue={kyc.hue}
          items={named(data.by_kyc, kyc.label)}
        />
        <BarList
          {...bars}
          title={t('dashboard.byCountry')}
          filter="country"
          items={named(data.by_country, f.country)}
        />
        <BarList
          {...bars}
          title={t('dashboard.bySource')}
          filter="source"
          items={named(data.by_source, humanise)}
        />
        {!search.team_id && (
          <BarList {...bars} title={t('dashboard.byTeam')} filter="team_id" items={teams(data.by_team)} />
        )}
      </div>
    </>
  );
}
