import { IconChartBarOff, IconGripVertical } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, type RowAction, RowActions, SkeletonBlock, toast } from '@/components';
import { useChart } from './charts';
import { downloadCsv, downloadPng } from './files';
import { linksOf } from './links';
import { NumberWidget } from './Number';
import { partQuery } from './query';
import c from './reports.module.css';
import { PARTS, type Part, type Report } from './types';

type Props = {
  id: string;
  params: Record<string, string>;
  /** What can be done with its place; nothing while nobody arranges. */
  actions: RowAction[];
  grip: ReactNode;
};

export const isChart = (id: string): id is Part => id !== 'metrics' && PARTS.some((p) => p === id);

/** A figure in its card: each waits, fails and is tried again by itself. */
export function WidgetCard({ id, params, actions, grip }: Props) {
  const { t } = useTranslation();
  const part: Part = isChart(id) ? id : 'metrics';
  const query = useQuery(partQuery(part, params));
  const [asTable, setAsTable] = useState(false);
  const card = useRef<HTMLElement>(null);
  const title = t(`reports.widget.${id}`);
  const svg = () => card.current?.querySelector('svg[role="group"]') as SVGSVGElement | null | undefined;
  const picture = () => {
    const chart = svg();
    const { from = '', to = '' } = query.data ?? {};
    if (chart) downloadPng(chart, title, `${part}-${from}-${to}.png`).catch((e) => toast.failure(e));
  };
  const own: RowAction[] = isChart(id)
    ? [
        {
          key: 'table',
          label: t(asTable ? 'reports.asChart' : 'reports.asTable'),
          run: () => setAsTable((v) => !v),
        },
        ...(asTable ? [] : [{ key: 'png', label: t('reports.png'), run: picture }]),
        {
          key: 'csv',
          label: t('reports.csv'),
          run: () => void downloadCsv(part, params).catch((e) => toast.failure(e)),
        },
      ]
    : [];
  return (
    <section
      ref={card}
      className={c.card}
      aria-label={title}
      aria-busy={query.isFetching || undefined}
      data-number={!isChart(id) || undefined}
    >
      <div className={c.cardHead}>
        {grip}
        <h2>{title}</h2>
        <RowActions name={title} actions={[...own, ...actions]} />
      </div>
      <div className={c.cardBody} data-old={query.isPlaceholderData || undefined}>
        {query.data ? (
          <Content id={id} report={query.data} params={params} title={title} asTable={asTable} />
        ) : query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} compact />
        ) : (
          <SkeletonBlock height={isChart(id) ? 240 : 52} />
        )}
      </div>
    </section>
  );
}

type ContentProps = {
  id: string;
  report: Report;
  params: Record<string, string>;
  title: string;
  asTable: boolean;
};

function Content({ id, report, params, title, asTable }: ContentProps) {
  const links = linksOf(report, params);
  return isChart(id) ? (
    <Chart part={id} report={report} links={links} title={title} asTable={asTable} />
  ) : (
    <NumberWidget id={id} report={report} links={links} />
  );
}

type ChartProps = {
  part: Part;
  report: Report;
  links: ReturnType<typeof linksOf>;
  title: string;
  asTable: boolean;
};

function Chart({ part, report, links, title, asTable }: ChartProps) {
  const { t } = useTranslation();
  const { chart, head, rows, empty } = useChart(part, report, links, title);
  if (empty)
    return (
      <EmptyState
        compact
        title={t('reports.nothing')}
        icon={<IconChartBarOff size={20} stroke={1.6} aria-hidden />}
      />
    );
  if (!asTable) return chart;
  return (
    <section className={c.tableBox} aria-label={t('reports.tableOf', { name: title })} tabIndex={0}>
      <table className={c.table}>
        <thead>
          <tr>
            {head.map((h) => (
              <th key={h} scope="col">
                {h}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a table that is replaced as a whole
            <tr key={i}>
              {row.map((cell, n) => {
                const Cell = n ? 'td' : 'th';
                return (
                  <Cell key={head[n]} scope={n ? undefined : 'row'}>
                    {typeof cell === 'string' ? (
                      cell
                    ) : (
                      <Link
                        to={cell.drill.to as never}
                        search={cell.drill.search as never}
                        className={c.cellLink}
                      >
                        {cell.text}
                      </Link>
                    )}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Grip(props: React.ComponentPropsWithRef<'button'>) {
  return (
    <button type="button" className={c.grip} {...props}>
      <IconGripVertical size={16} stroke={1.7} aria-hidden />
    </button>
  );
}
