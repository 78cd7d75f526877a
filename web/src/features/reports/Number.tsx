import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import type { Drill, Links } from './links';
import { changeOf } from './numbers';
import c from './reports.module.css';
import type { Report } from './types';

type Figure = {
  value: string;
  note?: string;
  /** Against the period before; a smaller number may be the better one. */
  change?: number | null;
  lessIsBetter?: boolean;
  drill?: Drill;
};

/** One number of the report; null where there is none yet. */
export function useFigure(key: string, report: Report, links: Links): Figure | null {
  const { t } = useTranslation();
  const f = useFormat();
  const m = report.metrics;
  const money = (text: string) => f.money(text, report.base_currency, Number(text) >= 100_000);
  const count = (n: number) => t('reports.count', { count: n, n: f.int(n) });
  const { closed, closed_before: before } = m ?? {};
  const rate = (now?: number | null, then?: number | null): Figure | null =>
    now == null ? null : { value: f.percent(now), change: then == null ? null : now - then };
  switch (key) {
    case 'contacts':
      return m?.contacts
        ? {
            value: `${m.contacts.total_is_estimate ? '~' : ''}${f.int(m.contacts.total)}`,
            note: t('reports.newOnes', { count: m.contacts.new, n: f.int(m.contacts.new) }),
            change: changeOf(m.contacts.new, m.contacts.new_before),
            drill: links.contacts(),
          }
        : null;
    case 'open_opportunities':
      return m?.opportunities
        ? {
            value: f.int(m.opportunities.count),
            note: money(m.opportunities.value),
            drill: links.open({}, '/opportunities'),
          }
        : null;
    case 'pipeline_value':
    case 'weighted_value':
      return m?.deals
        ? {
            value: money(key === 'pipeline_value' ? m.deals.value : m.deals.weighted),
            note:
              key === 'pipeline_value'
                ? t('reports.openDeals', { count: m.deals.count, n: f.int(m.deals.count) })
                : t('reports.ofValue', { value: money(m.deals.value) }),
            drill: links.open({}, '/deals'),
          }
        : null;
    case 'closed_this_month':
      return m?.won_this_month
        ? {
            value: f.int(m.won_this_month.count),
            note: money(m.won_this_month.value),
            drill: links.closed('won', {}, `${report.today.slice(0, 8)}01`, report.today),
          }
        : null;
    case 'won_value':
    case 'lost_value': {
      const outcome = key === 'won_value' ? 'won' : 'lost';
      return closed && before
        ? {
            value: money(closed[outcome].value),
            note: count(closed[outcome].count),
            change: changeOf(Number(closed[outcome].value), Number(before[outcome].value)),
            lessIsBetter: outcome === 'lost',
            drill: links.closed(outcome),
          }
        : null;
    }
    case 'win_rate':
      return closed
        ? {
            ...(rate(closed.win_rate, before?.win_rate) ?? { value: '—' }),
            note: t('reports.wonLost', { won: f.int(closed.won.count), lost: f.int(closed.lost.count) }),
            drill: links.closed('won,lost'),
          }
        : null;
    case 'close_rate':
      return closed
        ? {
            ...(rate(closed.close_rate, before?.close_rate) ?? { value: '—' }),
            note: t('reports.begunWon', { won: f.int(closed.created_won), all: f.int(closed.created) }),
            drill: links.begun(),
          }
        : null;
    case 'average_deal':
      return closed
        ? {
            value: closed.average ? money(closed.average) : '—',
            change:
              closed.average && before?.average
                ? changeOf(Number(closed.average), Number(before.average))
                : null,
            drill: links.closed('won'),
          }
        : null;
    case 'cycle_days':
      return closed
        ? {
            value:
              closed.cycle_days == null ? '—' : t('reports.days', { count: Math.round(closed.cycle_days) }),
            change:
              closed.cycle_days == null || before?.cycle_days == null
                ? null
                : changeOf(closed.cycle_days, before.cycle_days),
            lessIsBetter: true,
            drill: links.closed('won'),
          }
        : null;
    case 'activities':
      return m?.activities
        ? {
            value: f.int(m.activities.now),
            note: m.completed
              ? t('reports.doneOnes', { count: m.completed.now, n: f.int(m.completed.now) })
              : undefined,
            change: changeOf(m.activities.now, m.activities.before),
            drill: links.activities(),
          }
        : null;
    default:
      return null;
  }
}

/** A number, what it is compared with, and the way to what it counts. */
export function NumberWidget({ id, report, links }: { id: string; report: Report; links: Links }) {
  const { t } = useTranslation();
  const f = useFormat();
  const figure = useFigure(id, report, links);
  if (!figure) return <p className={c.none}>{t('reports.nothing')}</p>;
  const { value, note, change, lessIsBetter, drill } = figure;
  const up = (change ?? 0) >= 0;
  const Arrow = up ? IconArrowUpRight : IconArrowDownRight;
  const body = (
    <>
      <span className={c.number}>{value}</span>
      <span className={c.numberNote}>
        {note && <span>{note}</span>}
        {change != null && (
          <span
            className={c.change}
            data-good={change === 0 ? undefined : up !== Boolean(lessIsBetter)}
            title={t('reports.against', { from: f.date(report.before_from), to: f.date(report.before_to) })}
          >
            <Arrow size={14} aria-hidden className="flip" />
            <bdi dir="ltr">
              {up ? '+' : ''}
              {f.percent(change)}
            </bdi>
          </span>
        )}
      </span>
    </>
  );
  return drill ? (
    <Link to={drill.to as never} search={drill.search as never} className={c.numberLink}>
      <span className="sr-only">{t(`reports.widget.${id}`)} </span>
      {body}
    </Link>
  ) : (
    <div className={c.numberLink}>{body}</div>
  );
}
