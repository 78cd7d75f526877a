import { Button, SegmentedControl } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientDashboard, Count } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, type Hue, SkeletonBlock } from '@/components';
import { clientDashboardQuery, humanise, useKyc, useStatuses } from '@/data/lookups';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { BarList } from './BarList';
import c from './dashboard.module.css';
import { everyDay, recent } from './figures';
import { Sparkline } from './Sparkline';

const DayChart = lazy(async () => ({ default: (await import('./DayChart')).DayChart }));
const RANGES = ['7', '30', '90'];
/** How far back the server counts. */
const KNOWN_DAYS = 90;

export function DashboardPage() {
  const query = useQuery(clientDashboardQuery);
  return (
    <div className={c.page}>
      {query.data ? (
        <Figures data={query.data} />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Waiting />
      )}
    </div>
  );
}

function Waiting() {
  return (
    <>
      <SkeletonBlock height={104} />
      <SkeletonBlock height={320} />
      <div className={c.grid}>
        <SkeletonBlock height={240} />
        <SkeletonBlock height={240} />
      </div>
    </>
  );
}

function Figures({ data }: { data: ClientDashboard }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const statuses = useStatuses('client');
  const kyc = useKyc();
  const range = RANGES.includes(search.days ?? '') ? (search.days as string) : '30';
  const span = Number(range);
  const all = useMemo(() => everyDay(data.per_day, KNOWN_DAYS), [data.per_day]);
  const days = all.slice(-span);
  const fresh = recent(all, span);
  const share = (n: number) => t('dashboard.ofAll', { share: f.percent(data.total ? n / data.total : 0) });
  const named = (items: Count[], label: (key: string) => string) =>
    items.map((i) => ({
      key: i.key ?? '',
      count: i.count,
      label: i.key ? label(i.key) : t('dashboard.none'),
    }));
  const drill = can('clients.read');

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
  return (
    <>
      <section className={c.kpis}>
        <Kpi label={t('dashboard.total')} value={f.int(data.total)} to={drill ? '/clients' : null}>
          <span className="dim">{t('dashboard.withOwner', { n: f.int(data.assigned) })}</span>
        </Kpi>
        <Kpi label={t('dashboard.active')} value={f.int(data.active)}>
          <span className="dim">{share(data.active)}</span>
        </Kpi>
        <Kpi
          label={t('dashboard.unassigned')}
          value={f.int(data.unassigned)}
          to={drill ? '/clients' : null}
          search={{ assigned_to: 'none' }}
        >
          <span className="dim">{share(data.unassigned)}</span>
        </Kpi>
        <Kpi
          label={t('dashboard.newIn', { count: span })}
          value={f.int(fresh.sum)}
          chart={<Sparkline values={days.map((d) => d.count)} />}
        >
          {fresh.change !== null && <Change value={fresh.change} days={span} />}
        </Kpi>
      </section>
      <section className={c.panel}>
        <div className={c.panelHead}>
          <h2>{t('dashboard.perDay')}</h2>
          <SegmentedControl
            size="xs"
            bg="var(--sunken)"
            aria-label={t('dashboard.range')}
            value={range}
            onChange={(v) =>
              void navigate({
                to: '.',
                search: { ...search, days: v === '30' ? undefined : v } as never,
                replace: true,
              })
            }
            data={RANGES.map((value) => ({ value, label: t('dashboard.days', { count: Number(value) }) }))}
          />
        </div>
        <p className="sr-only">
          {t('dashboard.perDayText', {
            n: f.int(fresh.sum),
            max: f.int(Math.max(0, ...days.map((d) => d.count))),
          })}
        </p>
        <div className={c.chart}>
          <Suspense fallback={<SkeletonBlock height={240} />}>
            <DayChart days={days} name={t('dashboard.perDay')} />
          </Suspense>
        </div>
      </section>
      <div className={c.grid}>
        <BarList
          title={t('dashboard.byStatus')}
          filter={drill ? 'status' : null}
          hue={(key): Hue => statuses.hue(key)}
          items={named(data.by_status, statuses.label)}
        />
        <BarList
          title={t('dashboard.byKyc')}
          filter={drill ? 'kyc_status' : null}
          hue={kyc.hue}
          items={named(data.by_kyc, kyc.label)}
        />
        <BarList
          title={t('dashboard.byCountry')}
          filter={drill ? 'country' : null}
          items={named(data.by_country, f.country)}
        />
        <BarList
          title={t('dashboard.bySource')}
          filter={drill ? 'source' : null}
          items={named(data.by_source, humanise)}
        />
        {data.by_team.length > 0 && (
          <BarList
            title={t('dashboard.byTeam')}
            filter={drill ? 'team_id' : null}
            items={data.by_team.map((x) => ({
              key: x.id ?? '',
              count: x.count,
              label: x.name ?? t('dashboard.noTeam'),
            }))}
          />
        )}
      </div>
    </>
  );
}

type KpiProps = {
  label: string;
  value: string;
  to?: string | null;
  search?: Record<string, string>;
  chart?: ReactNode;
  children?: ReactNode;
};
function Kpi({ label, value, to, search, chart, children }: KpiProps) {
  const body = (
    <>
      <span className={c.kpiLabel}>{label}</span>
      <span className={c.kpiRow}>
        <span className={c.kpiValue}>{value}</span>
        {chart}
      </span>
      <span className={c.kpiNote}>{children}</span>
    </>
  );
  return to ? (
    <Link to={to} search={(search ?? {}) as never} className={c.kpi}>
      {body}
    </Link>
  ) : (
    <div className={c.kpi}>{body}</div>
  );
}

function Change({ value, days }: { value: number; days: number }) {
  const { t } = useTranslation();
  const f = useFormat();
  const up = value >= 0;
  const Arrow = up ? IconArrowUpRight : IconArrowDownRight;
  return (
    <>
      <span className={c.change} data-up={up}>
        <Arrow size={14} aria-hidden className="flip" />
        <bdi dir="ltr">
          {up ? '+' : ''}
          {f.percent(value)}
        </bdi>
      </span>{' '}
      <span className="dim">{t('dashboard.vsBefore', { count: days })}</span>
    </>
  );
}
