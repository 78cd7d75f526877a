import { IconTargetArrow } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { LeadDashboard } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState, type Hue } from '@/components';
import { humanise, statusesQuery, useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { BarList } from './BarList';
import c from './dashboard.module.css';
import { Kpi } from './Kpi';
import { NewPerDay, NewRecords } from './NewRecords';
import { Panel, type PanelProps } from './Panel';
import { leadFiguresQuery } from './query';
import { useSlices } from './slices';

/** Everything about leads. */
export function LeadPanel({ narrowed, span, search }: PanelProps) {
  const { t } = useTranslation();
  const query = useQuery(leadFiguresQuery(narrowed));
  return (
    <Panel title={t('dashboard.leads')} query={query}>
      {(data) => <Figures data={data} span={span} search={search} />}
    </Panel>
  );
}

type FiguresProps = { data: LeadDashboard; span: number; search: Record<string, string> };
function Figures({ data, span, search }: FiguresProps) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const statuses = useStatuses('lead');
  const all = useQuery(statusesQuery).data?.lead;
  const { named, teams } = useSlices();
  const to = can('leads.read') ? '/leads' : null;
  const share = (n: number) => t('dashboard.ofAll', { share: f.percent(data.total ? n / data.total : 0) });
  const keys = (isClosed: boolean) =>
    all
      ?.filter((s) => s.closed === isClosed)
      .map((s) => s.key)
      .join(',');
  const [open, closed] = [keys(false), keys(true)];

  if (!data.total)
    return (
      <EmptyState
        compact
        icon={<IconTargetArrow size={20} stroke={1.6} />}
        title={search.team_id ? t('dashboard.nothingInTeam') : t('dashboard.noLeads')}
      />
    );
  const bars = { to, search, total: data.total };
  return (
    <>
      <div className={c.kpis}>
        <Kpi label={t('dashboard.totalLeads')} value={f.int(data.total)} to={to} search={search}>
          <span className="dim">{t('dashboard.withOwner', { n: f.int(data.assigned) })}</span>
        </Kpi>
        <Kpi
          label={t('dashboard.open')}
          value={f.int(data.open)}
          to={open ? to : null}
          search={{ ...search, status: open ?? '' }}
        >
          <span className="dim">{share(data.open)}</span>
        </Kpi>
        <Kpi
          label={t('dashboard.closed')}
          value={f.int(data.closed)}
          to={closed ? to : null}
          search={{ ...search, status: closed ?? '' }}
        >
          <span className="dim">{share(data.closed)}</span>
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
        title={t('dashboard.leadsPerDay')}
        days={data.per_day}
        span={span}
        to={to}
        search={search}
        say={(n) => t('dashboard.newLeads', { count: n, n: f.int(n) })}
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
          title={t('dashboard.bySource')}
          filter="source"
          items={named(data.by_source, humanise)}
        />
        <BarList
          {...bars}
          title={t('dashboard.byPartner')}
          filter="partner_id"
          items={teams(data.by_partner, t('dashboard.noPartner'))}
        />
        <BarList
          {...bars}
          title={t('dashboard.byCountry')}
          filter="country"
          items={named(data.by_country, f.country)}
        />
        {!search.team_id && (
          <BarList {...bars} title={t('dashboard.byTeam')} filter="team_id" items={teams(data.by_team)} />
        )}
      </div>
    </>
  );
}
