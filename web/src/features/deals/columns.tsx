import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind } from '@/api/sales';
import { useFormat } from '@/app/ui';
import {
  Avatar,
  Dash,
  hueOrGrey,
  Money,
  Person,
  RelativeTime,
  StatusPill,
  StatusPillButton,
} from '@/components';
import type { Col } from '@/components/DataTable';
import { column } from '@/components/list';
import cells from '@/components/list/cells.module.css';
import { TagPills } from '@/components/tags';
import { usePipelines } from '@/data/pipelines';
import c from './deals.module.css';
import { isPast } from './values';

export const HIDDEN_BY_DEFAULT = [
  'contact_name',
  'probability',
  'pipeline',
  'team_name',
  'tags',
  'lost_reason',
];

export function useDealColumns(
  kind: DealKind,
  onStage: ((deal: Deal, anchor: DOMRect) => void) | null,
): Col<Deal>[] {
  const { t } = useTranslation();
  const f = useFormat();
  const pipelines = usePipelines();
  return useMemo(() => {
    const col = (
      id: string,
      size: number,
      cell: (d: Deal) => ReactNode,
      more?: Parameters<typeof column>[4],
    ) => column<Deal>(id, t(`deals.field.${id}`), size, cell, more);
    const text = (value: string | null | undefined) =>
      value ? (
        <span className={cells.ell} dir="auto">
          {value}
        </span>
      ) : (
        <Dash />
      );
    return [
      col(
        'name',
        236,
        (d) => (
          <a href={`/${kind}/${d.id}`} className={cells.name}>
            <Avatar name={d.name} />
            <span className={cells.ell} dir="auto">
              {d.name}
            </span>
          </a>
        ),
        { sort: true, fixed: true },
      ),
      col('stage', 148, (d) =>
        onStage ? (
          <StatusPillButton
            label={d.stage_label}
            hue={hueOrGrey(d.stage_hue)}
            data-edit
            aria-haspopup="listbox"
            onClick={(e) => onStage(d, e.currentTarget.getBoundingClientRect())}
          />
        ) : (
          <StatusPill label={d.stage_label} hue={hueOrGrey(d.stage_hue)} />
        ),
      ),
      col('amount', 132, (d) => <Money amount={d.amount} currency={d.currency} />, { sort: true, num: true }),
      col('client_name', 170, (d) => text(d.client_name)),
      col('contact_name', 150, (d) => text(d.contact_name)),
      col('assigned_to_name', 156, (d) => <Person name={d.assigned_to_name} />),
      col(
        'expected_close_date',
        140,
        (d) =>
          d.expected_close_date ? (
            <span
              className={d.outcome === 'none' && isPast(d.expected_close_date) ? c.late : undefined}
              data-late={d.outcome === 'none' && isPast(d.expected_close_date)}
            >
              <bdi>{f.date(d.expected_close_date)}</bdi>
            </span>
          ) : (
            <Dash />
          ),
        { sort: true },
      ),
      col('probability', 110, (d) => <span className="num">{f.percent(d.probability / 100)}</span>, {
        num: true,
      }),
      col('pipeline', 130, (d) => text(pipelines.of(d.pipeline)?.name ?? d.pipeline)),
      col('team_name', 130, (d) => text(d.team_name)),
      col('tags', 170, (d) => <TagPills names={d.tags} />),
      col('lost_reason', 190, (d) => text(d.lost_reason)),
      col('created_at', 118, (d) => <RelativeTime at={d.created_at} />, { sort: true }),
    ];
  }, [t, f, kind, pipelines, onStage]);
}
