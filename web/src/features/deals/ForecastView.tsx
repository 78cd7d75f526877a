import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import type { DealKind } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, Money, Notice, SkeletonLines } from '@/components';
import { isGroup, readFilter, writeFilter } from '@/lib/filters';
import type { ListSearch } from '@/lib/listSearch';
import c from './deals.module.css';
import { BOARD_FILTERS, DEAL_FILTERS } from './filters';
import { forecastQuery } from './query';
import { daysOf } from './values';

/** What a month says itself. */
const OWN = ['pipeline', 'expected_close_date', 'outcome'];

type Props = {
  kind: DealKind;
  params: Query & { pipeline: string };
  search: ListSearch;
  onSearch: (next: ListSearch, replace?: boolean) => void;
};

/** What is expected month by month: the whole value, and what of it counts by its probability. */
export function ForecastView({ kind, params, search, onSearch }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const query = useQuery(forecastQuery(kind, params));
  if (query.isError && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data)
    return (
      <div className={c.forecast}>
        <SkeletonLines lines={6} gap={30} />
      </div>
    );
  const { base_currency, missing_rates, undated } = query.data;
  const months = query.data.months.flatMap((m) => (m.month ? [{ ...m, month: m.month }] : []));
  const rows = undated ? [...months, { ...undated, month: null }] : months;
  const most = Math.max(1, ...rows.map((m) => Number(m.value)));
  const total = (of: 'value' | 'weighted') => months.reduce((sum, m) => sum + Number(m[of]), 0);
  const name = (month: string) =>
    new Intl.DateTimeFormat(f.locale === 'ar' ? 'ar-u-nu-latn' : f.locale, {
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    }).format(new Date(`${month}-01T00:00:00Z`));
  const show = (month: string) => {
    const [from, to] = daysOf(month);
    onSearch(
      {
        ...writeFilter(
          { ...search, as: 'list', pipeline: params.pipeline },
          [
            ...readFilter(search, BOARD_FILTERS).filter((n) => isGroup(n) || !OWN.includes(n.field)),
            { field: 'pipeline', op: 'in', value: [params.pipeline] },
            { field: 'expected_close_date', op: 'between', value: [from, to] },
            { field: 'outcome', op: 'in', value: ['none'] },
          ],
          DEAL_FILTERS,
        ),
      },
      false,
    );
  };
  if (!rows.length) return <EmptyState title={t('deals.noForecast')} text={t('deals.noForecastText')} />;
  return (
    <section
      className={c.forecast}
      aria-label={t('deals.layout.forecast')}
      aria-busy={query.isPlaceholderData}
    >
      {missing_rates.length > 0 && (
        <Notice tone="warn">{t('deals.missingRates', { currencies: missing_rates.join(', ') })}</Notice>
      )}
      <table className={c.months}>
        <caption className="sr-only">{t('deals.forecastHelp', { currency: base_currency })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('deals.month')}</th>
            <th scope="col" className={c.num}>
              {t('deals.count')}
            </th>
            <th scope="col" className={c.num}>
              {t('deals.value')}
            </th>
            <th scope="col" className={c.num}>
              {t('deals.weighted')}
            </th>
            <th scope="col" aria-hidden />
          </tr>
        </thead>
        <tbody>
          {rows.map((m) => (
            <tr key={m.month ?? 'undated'}>
              <th scope="row">
                {m.month ? (
                  <button type="button" className={c.monthName} onClick={() => m.month && show(m.month)}>
                    {name(m.month)}
                  </button>
                ) : (
                  t('deals.undated')
                )}
              </th>
              <td className={c.num}>{f.int(m.count)}</td>
              <td className={c.num}>
                <Money amount={m.value} currency={base_currency} />
              </td>
              <td className={c.num}>
                <Money amount={m.weighted} currency={base_currency} />
              </td>
              <td className={c.barCell} aria-hidden>
                <span className={c.bar} style={{ width: `${(100 * Number(m.value)) / most}%` }}>
                  <i style={{ width: `${(100 * Number(m.weighted)) / Math.max(1, Number(m.value))}%` }} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('deals.total')}</th>
            <td className={c.num}>{f.int(rows.reduce((n, m) => n + m.count, 0))}</td>
            <td className={c.num}>
              <Money amount={total('value')} currency={base_currency} />
            </td>
            <td className={c.num}>
              <Money amount={total('weighted')} currency={base_currency} />
            </td>
            <td aria-hidden />
          </tr>
        </tfoot>
      </table>
      <p className="dim">{t('deals.forecastHelp', { currency: base_currency })}</p>
    </section>
  );
}
