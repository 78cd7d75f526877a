import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { useToday } from '@/session/session';
import { DayChart } from './DayChart';
import c from './dashboard.module.css';
import { buckets, type Day, everyDay, lastDays, recent } from './figures';
import { Change, Kpi } from './Kpi';
import { Sparkline } from './Sparkline';

type Props = { days: readonly Day[]; span: number; to: string | null; search: Record<string, string> };

/** How many are new in the period, against the one before. */
export function NewRecords({ days, span, to, search }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const today = useToday();
  const all = useMemo(() => everyDay(days, 2 * span, today), [days, span, today]);
  const fresh = recent(all, span);
  const { from, to: last } = lastDays(span, today);
  return (
    <Kpi
      label={t('dashboard.newIn', { count: span })}
      value={f.int(fresh.sum)}
      to={to}
      search={{ ...search, created: `${from}..${last}` }}
      chart={<Sparkline values={buckets(all.slice(-span)).map((b) => b.count)} />}
    >
      {fresh.change !== null && <Change value={fresh.change} days={span} />}
    </Kpi>
  );
}

type ChartProps = Props & { title: string; say: (count: number) => string };

/** How many are new on each day, or in each week of a long period. */
export function NewPerDay({ title, days, span, to, search, say }: ChartProps) {
  const today = useToday();
  const bars = useMemo(() => buckets(everyDay(days, span, today)), [days, span, today]);
  return (
    <section className={c.panel}>
      <div className={c.panelHead}>
        <h3>{title}</h3>
      </div>
      <DayChart key={bars.length} bars={bars} say={say} label={title} to={to} search={search} />
    </section>
  );
}
