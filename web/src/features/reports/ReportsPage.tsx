import { Button, Menu, SegmentedControl, Select } from '@mantine/core';
import { IconAdjustments, IconCheck, IconPlus, IconRotate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, Notice, SkeletonBlock } from '@/components';
import { useOwnerOptions, useTeamOptions } from '@/data/lookups';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { absent, withWidget } from './arrange';
import { Board } from './Board';
import { PERIODS, paramsOf, periodOf } from './period';
import { partQuery, useDashboard } from './query';
import c from './reports.module.css';

/** Figures about selling; period and filters stand in the address, the arrangement is everybody's own. */
export function ReportsPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const search = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  const params = useMemo(() => paramsOf(search), [search]);
  const { query, arrange, reset } = useDashboard();
  const [arranging, setArranging] = useState(false);
  const head = useQuery(partQuery('metrics', params)).data;
  const change = (patch: ListSearch) =>
    void navigate({ to: '.', search: { ...search, ...patch } as never, replace: true });
  const board = query.data;
  const more = board ? absent(board.widgets, board.available) : [];
  return (
    <div className={c.page}>
      <div className={c.tools}>
        <Filters search={search} change={change} pipelines={head?.pipelines ?? []} days={head} />
        <span className={c.grow} />
        {arranging && (
          <>
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconPlus size={14} aria-hidden />}
                  disabled={!more.length}
                >
                  {t('reports.add')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {more.map((k) => (
                  <Menu.Item key={k.key} onClick={() => board && arrange(withWidget(board.widgets, k))}>
                    {t(`reports.widget.${k.key}`)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconRotate size={14} aria-hidden />}
              disabled={board?.is_default}
              onClick={reset}
            >
              {t('reports.reset')}
            </Button>
          </>
        )}
        <Button
          size="xs"
          variant={arranging ? 'filled' : 'default'}
          aria-pressed={arranging}
          leftSection={
            arranging ? <IconCheck size={14} aria-hidden /> : <IconAdjustments size={14} aria-hidden />
          }
          onClick={() => setArranging((v) => !v)}
        >
          {t(arranging ? 'reports.done' : 'reports.arrange')}
        </Button>
      </div>
      {head && (
        <p className={c.about}>
          <bdi>{`${f.date(head.from)} – ${f.date(head.to)}`}</bdi>
          <span className="dim">
            {t('reports.against', { from: f.date(head.before_from), to: f.date(head.before_to) })}
          </span>
        </p>
      )}
      {head && head.missing_rates.length > 0 && (
        <Notice tone="warn">
          {t('reports.missingRates', {
            currencies: head.missing_rates.join(', '),
            base: head.base_currency,
          })}
        </Notice>
      )}
      {board ? (
        board.widgets.length ? (
          <Board
            widgets={board.widgets}
            available={board.available}
            params={params}
            arranging={arranging}
            onArrange={arrange}
          />
        ) : (
          <EmptyState
            title={t('reports.empty')}
            text={t('reports.emptyText')}
            action={
              <Button variant="default" onClick={reset}>
                {t('reports.reset')}
              </Button>
            }
          />
        )
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonBlock height={480} />
      )}
    </div>
  );
}

type FiltersProps = {
  search: ListSearch;
  change: (patch: ListSearch) => void;
  pipelines: { key: string; name: string }[];
  days: { from: string; to: string } | undefined;
};

function Filters({ search, change, pipelines, days }: FiltersProps) {
  const { t } = useTranslation();
  const can = useCan();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const period = periodOf(search);
  const pick = (key: string, label: string, all: string, data: { value: string; label: string }[]) => (
    <Select
      size="xs"
      className={c.pick}
      aria-label={label}
      placeholder={all}
      data={data}
      value={search[key] ?? null}
      onChange={(v) => change({ [key]: v ?? undefined })}
      clearable
      clearButtonProps={{ 'aria-label': all }}
      searchable={data.length > 8}
      comboboxProps={{ withinPortal: true }}
    />
  );
  return (
    <>
      <Select
        size="xs"
        className={c.pick}
        aria-label={t('reports.period')}
        data={PERIODS.map((value) => ({ value, label: t(`reports.periods.${value}`) }))}
        value={period}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        onChange={(v) =>
          change(
            v === 'custom'
              ? { period: v, from: days?.from, to: days?.to }
              : { period: v === 'month' ? undefined : (v ?? undefined), from: undefined, to: undefined },
          )
        }
      />
      {period === 'custom' &&
        (['from', 'to'] as const).map((key) => (
          <input
            key={key}
            type="date"
            className={c.day}
            aria-label={t(`reports.${key}`)}
            value={search[key] ?? ''}
            onChange={(e) => change({ period: 'custom', [key]: e.target.value || undefined })}
          />
        ))}
      {can('deals.read') && can('opportunities.read') && (
        <SegmentedControl
          size="xs"
          bg="var(--sunken)"
          aria-label={t('reports.kind')}
          value={search.kind === 'opportunity' ? 'opportunity' : 'deal'}
          onChange={(v) => change({ kind: v === 'deal' ? undefined : v })}
          data={['deal', 'opportunity'].map((value) => ({ value, label: t(`reports.kinds.${value}`) }))}
        />
      )}
      {owners.length > 1 &&
        pick('owner', t('reports.owner'), t('reports.everybody'), [
          { value: 'me', label: t('reports.me') },
          ...owners.map(({ value, label }) => ({ value, label })),
          { value: 'none', label: t('reports.nobody') },
        ])}
      {teams.length > 1 &&
        pick('team', t('reports.team'), t('reports.allTeams'), [
          ...teams,
          { value: 'none', label: t('reports.noTeam') },
        ])}
      {pipelines.length > 1 &&
        pick(
          'pipeline',
          t('reports.pipeline'),
          t('reports.allPipelines'),
          pipelines.map((p) => ({ value: p.key, label: p.name })),
        )}
    </>
  );
}
