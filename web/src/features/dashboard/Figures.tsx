import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientDashboard, LeadDashboard } from '@/api/types';
import { useFormat } from '@/app/ui';
import { statusesQuery, useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { BarList } from './BarList';
import c from './dashboard.module.css';
import { Kpi } from './Kpi';
import { NewPerDay, NewRecords } from './NewRecords';
import type { PanelProps } from './Panel';
import { useSlices } from './slices';

/** What the figures of every kind of record have. */
type Shared = Pick<
  ClientDashboard & LeadDashboard,
  'total' | 'assigned' | 'unassigned' | 'by_status' | 'by_team' | 'per_day'
>;
type Bars = { to: string | null; search: Record<string, string>; total: number };
type Props = Pick<PanelProps, 'span' | 'search'> & {
  kind: 'client' | 'lead';
  data: Shared;
  /** How many are worked on and how many are done with. */
  working: number;
  ended: number;
  words: { total: string; working: string; ended: string; perDay: string };
  say: (count: number) => string;
  /** The kind's own bars, between the statuses and the teams. */
  children: (bars: Bars) => ReactNode;
};

/** How many there are, how many came, and what they are like; every figure leads to its records. */
export function Figures({ kind, data, working, ended, words, span, search, say, children }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const statuses = useStatuses(kind);
  const known = useQuery(statusesQuery).data?.[kind];
  const { named, teams } = useSlices();
  const to = can(`${kind}s.read`) ? `/${kind}s` : null;
  const share = (n: number) => t('dashboard.ofAll', { share: f.percent(data.total ? n / data.total : 0) });
  const keys = (closed: boolean) =>
    known
      ?.filter((s) => s.closed === closed)
      .map((s) => s.key)
      .join(',');
  const part = (label: string, count: number, filter: Record<string, string> | null) => (
    <Kpi label={label} value={f.int(count)} to={filter ? to : null} search={{ ...search, ...filter }}>
      <span className="dim">{share(count)}</span>
    </Kpi>
  );
  const ofStatus = (closed: boolean) => {
    const status = keys(closed);
    return status ? { status } : null;
  };
  const bars = { to, search, total: data.total };
  return (
    <>
      <div className={c.kpis}>
        <Kpi label={words.total} value={f.int(data.total)} to={to} search={search}>
          <span className="dim">{t('dashboard.withOwner', { n: f.int(data.assigned) })}</span>
        </Kpi>
        {part(words.working, working, ofStatus(false))}
        {part(words.ended, ended, ofStatus(true))}
        {part(t('dashboard.unassigned'), data.unassigned, { assigned_to: 'none' })}
        <NewRecords days={data.per_day} span={span} to={to} search={search} />
      </div>
      <NewPerDay title={words.perDay} days={data.per_day} span={span} to={to} search={search} say={say} />
      <div className={c.grid}>
        <BarList
          {...bars}
          title={t('dashboard.byStatus')}
          filter="status"
          hue={statuses.hue}
          items={named(data.by_status, statuses.label)}
        />
        {children(bars)}
        {!search.team_id && (
          <BarList {...bars} title={t('dashboard.byTeam')} filter="team_id" items={teams(data.by_team)} />
        )}
      </div>
    </>
  );
}
