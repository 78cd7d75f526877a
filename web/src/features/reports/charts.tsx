import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { hueOrGrey } from '@/components';
import { type BarRow, Bars } from './Bars';
import { type Column, Columns } from './Columns';
import type { Drill, Links } from './links';
import { dayAfter, dayBefore, groupsOf, lastDay } from './numbers';
import c from './reports.module.css';
import type { Part, Report } from './types';
import { TYPES } from './types';

/** A chart and the same as a table. */
export type Shown = { chart: ReactNode; head: string[]; rows: Cell[][]; empty: boolean };
/** What stands in a table; a figure leads to what it counts. */
export type Cell = string | { text: string; drill: Drill };

/** What a part of the report looks like. */
export function useChart(part: Part, report: Report, links: Links, title: string): Shown {
  const { t } = useTranslation();
  const f = useFormat();
  const currency = report.base_currency;
  const money = (v: string | number, compact = false) => f.money(v, currency, compact);
  const short = (v: string | number) => money(v, Number(v) >= 10_000);
  const col = (key: string) => t(`reports.column.${key}`);
  const pct = (v?: number | null) => (v == null ? '—' : f.percent(v));
  const count = (n: number) => t('reports.count', { count: n, n: f.int(n) });
  const day = (iso: string) => f.shortDay(iso);
  const monthName = (month: string) =>
    new Intl.DateTimeFormat(f.locale === 'ar' ? 'ar-u-nu-latn' : f.locale, {
      month: 'short',
      year: '2-digit',
      timeZone: 'UTC',
    }).format(new Date(`${month}-01T00:00:00Z`));
  const span = (from: string, to: string) => (from === to ? f.date(from) : `${f.date(from)} – ${f.date(to)}`);
  const bars = (rows: BarRow[]) => (
    <Bars rows={rows} label={title} before={rows.some((r) => r.before) ? col('before') : undefined} />
  );
  // nothing leads to nothing
  const to = (n: number, drill: Drill): Cell => (n ? { text: f.int(n), drill } : f.int(n));
  const none: Shown = { chart: null, head: [], rows: [], empty: true };

  switch (part) {
    case 'stages': {
      const stages = report.stages ?? [];
      const several = new Set(stages.map((s) => s.pipeline)).size > 1;
      const name = (s: (typeof stages)[number]) => (several ? `${s.label} · ${s.pipeline_name}` : s.label);
      const used = several ? stages.filter((s) => s.count > 0) : stages;
      return {
        chart: bars(
          used.map((s) => ({
            key: `${s.pipeline}:${s.stage}`,
            label: name(s),
            hue: hueOrGrey(s.hue),
            value: Number(s.value),
            text: short(s.value),
            note: count(s.count),
            drill: links.stage(s.pipeline, s.stage, s.outcome),
          })),
        ),
        head: [col('stage'), col('count'), col('value'), col('weighted')],
        rows: stages.map((s) => [
          name(s),
          to(s.count, links.stage(s.pipeline, s.stage, s.outcome)),
          money(s.value),
          money(s.weighted),
        ]),
        empty: !stages.some((s) => s.count),
      };
    }
    case 'forecast': {
      const forecast = report.forecast;
      if (!forecast) return none;
      const columns: Column[] = forecast.months.map((m) => ({
        key: m.month,
        label: monthName(m.month),
        title: monthName(m.month),
        values: [Number(m.value), Number(m.weighted)],
        drill: links.expected(`${m.month}-01`, lastDay(m.month)),
      }));
      const rest = (['overdue', 'later', 'undated'] as const).filter((k) => forecast[k].count > 0);
      const [begin, end] = [forecast.months[0]?.month, forecast.months.at(-1)?.month];
      const beyond = {
        overdue: links.expected(null, begin ? dayBefore(`${begin}-01`) : report.today),
        later: links.expected(end ? dayAfter(lastDay(end)) : report.today, null),
        undated: links.undated(),
      };
      return {
        chart: (
          <>
            <Columns
              columns={columns}
              series={[
                { key: 'value', label: col('value') },
                { key: 'weighted', label: col('weighted') },
              ]}
              mode="within"
              label={title}
              say={(v) => money(v)}
              tick={(v) => money(v, true)}
            />
            {rest.length > 0 && (
              <p className={c.rest}>
                {rest.map((k) => (
                  <Link key={k} to={beyond[k].to as never} search={beyond[k].search as never}>
                    {t(`reports.${k}`)} <b>{short(forecast[k].value)}</b> {count(forecast[k].count)}
                  </Link>
                ))}
              </p>
            )}
          </>
        ),
        head: [col('month'), col('count'), col('value'), col('weighted')],
        rows: [
          ...forecast.months.map((m) => [
            monthName(m.month),
            to(m.count, links.expected(`${m.month}-01`, lastDay(m.month))),
            money(m.value),
            money(m.weighted),
          ]),
          ...rest.map((k) => [
            t(`reports.${k}`),
            to(forecast[k].count, beyond[k]),
            money(forecast[k].value),
            money(forecast[k].weighted),
          ]),
        ],
        empty: !forecast.months.some((m) => m.count) && !rest.length,
      };
    }
    case 'won': {
      const won = report.won;
      if (!won) return none;
      return {
        chart: (
          <Columns
            columns={won.buckets.map((b) => ({
              key: b.from,
              label: won.grain === 'month' ? monthName(b.from.slice(0, 7)) : day(b.from),
              title: span(b.from, b.to),
              values: [Number(b.won.value), Number(b.lost.value)],
              drill: links.closed('won,lost', {}, b.from, b.to),
            }))}
            series={[
              { key: 'won', label: col('won') },
              { key: 'lost', label: col('lost') },
            ]}
            mode="beside"
            label={title}
            say={(v) => money(v)}
            tick={(v) => money(v, true)}
          />
        ),
        head: [col('period'), col('won'), col('wonValue'), col('lost'), col('lostValue')],
        rows: won.buckets.map((b) => [
          span(b.from, b.to),
          to(b.won.count, links.closed('won', {}, b.from, b.to)),
          money(b.won.value),
          to(b.lost.count, links.closed('lost', {}, b.from, b.to)),
          money(b.lost.value),
        ]),
        empty: !won.buckets.some((b) => b.won.count + b.lost.count),
      };
    }
    case 'funnel': {
      const steps = report.funnel ?? [];
      const first = steps[0]?.count ?? 0;
      const pipeline = report.funnel_pipeline ?? '';
      return {
        chart: bars(
          steps.map((s, i) => {
            const previous = steps[i - 1]?.count;
            return {
              key: s.stage,
              label: s.label,
              hue: hueOrGrey(s.hue),
              value: s.count,
              before: { value: s.before, text: f.int(s.before) },
              text: f.int(s.count),
              note: previous ? t('reports.ofPrevious', { share: f.percent(s.count / previous) }) : undefined,
              drill: links.reached(pipeline, s.stage),
            };
          }),
        ),
        head: [col('stage'), col('reached'), col('ofFirst'), col('before')],
        rows: steps.map((s) => [
          s.label,
          to(s.count, links.reached(pipeline, s.stage)),
          pct(first ? s.count / first : null),
          f.int(s.before),
        ]),
        empty: !steps.some((s) => s.count + s.before),
      };
    }
    case 'activity': {
      const groups = groupsOf(report.activity ?? [], report.from, report.to);
      const series = TYPES.map((key) => ({ key, label: t(`reports.type.${key}`) }));
      return {
        chart: (
          <Columns
            columns={groups.map((g) => ({
              key: g.from,
              label: day(g.from),
              title: span(g.from, g.to),
              values: g.counts,
              drill: links.activities(g.from, g.to),
            }))}
            series={series}
            mode="stack"
            whole
            label={title}
            say={(v) => f.int(v)}
            tick={(v) => f.int(v)}
          />
        ),
        head: [col('period'), ...series.map((s) => s.label), col('all')],
        rows: groups
          .filter((g) => g.total)
          .map((g) => [
            span(g.from, g.to),
            ...g.counts.map((n, i) => to(n, links.activities(g.from, g.to, { type: TYPES[i] ?? '' }))),
            to(g.total, links.activities(g.from, g.to)),
          ]),
        empty: !groups.some((g) => g.total),
      };
    }
    case 'performers': {
      const people = report.performers ?? [];
      return {
        chart: bars(
          people.slice(0, 8).map((p) => ({
            key: p.id,
            label: p.name,
            value: Number(p.won.value),
            text: short(p.won.value),
            note: t('reports.wonOf', { n: f.int(p.won.count), rate: pct(p.win_rate) }),
            drill: links.closed('won', { assigned_to: p.id }),
          })),
        ),
        head: [col('name'), col('won'), col('wonValue'), col('winRate'), col('openValue'), col('activities')],
        rows: people.map((p) => [
          p.name,
          to(p.won.count, links.closed('won', { assigned_to: p.id })),
          money(p.won.value),
          pct(p.win_rate),
          p.open.count
            ? { text: money(p.open.value), drill: links.open({ assigned_to: p.id }) }
            : money(p.open.value),
          p.activities == null
            ? '—'
            : to(p.activities, links.activities(report.from, report.to, { assigned_to: p.id })),
        ]),
        empty: !people.length,
      };
    }
    case 'teams': {
      const teams = report.teams ?? [];
      const name = (x: (typeof teams)[number]) => x.name ?? t('reports.noTeam');
      return {
        chart: bars(
          teams.slice(0, 8).map((x) => ({
            key: x.id ?? 'none',
            label: name(x),
            value: Number(x.won.value),
            before: { value: Number(x.won_before.value), text: short(x.won_before.value) },
            text: short(x.won.value),
            note: t('reports.wonOf', { n: f.int(x.won.count), rate: pct(x.win_rate) }),
            drill: links.closed('won', { team_id: x.id ?? 'none' }),
          })),
        ),
        head: [col('team'), col('won'), col('wonValue'), col('before'), col('winRate'), col('openValue')],
        rows: teams.map((x) => [
          name(x),
          to(x.won.count, links.closed('won', { team_id: x.id ?? 'none' })),
          money(x.won.value),
          money(x.won_before.value),
          pct(x.win_rate),
          x.open.count
            ? { text: money(x.open.value), drill: links.open({ team_id: x.id ?? 'none' }) }
            : money(x.open.value),
        ]),
        empty: !teams.length,
      };
    }
    default:
      return none;
  }
}
