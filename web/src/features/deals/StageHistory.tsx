import { IconFlag } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, hueOrGrey, Person, SkeletonLines, StatusPill } from '@/components';
import { usePipelines } from '@/data/pipelines';
import flow from '../leads/flow.module.css';
import { stagesQuery } from './query';

/** The stages a deal went through: who moved it, why, and how long it stood there. */
export function StageHistory({ kind, deal }: { kind: DealKind; deal: Deal }) {
  const { t } = useTranslation();
  const f = useFormat();
  const stages = usePipelines().stages(deal.pipeline);
  const query = useQuery(stagesQuery(kind, deal.id));
  if (query.isLoading) return <SkeletonLines lines={6} gap={26} />;
  if (query.isError && !query.data)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  const stays = query.data ?? [];
  if (!stays.length)
    return <EmptyState icon={<IconFlag size={20} stroke={1.6} />} title={t('deals.noSteps')} />;
  const longest = Math.max(1, ...stays.map((s) => s.seconds));
  const hue = (key: string) => hueOrGrey(stages.find((s) => s.key === key)?.hue);
  return (
    <ol className={flow.history}>
      {stays.map((s, i) => (
        <li key={`${s.at} ${s.to}`} className={flow.stay}>
          <StatusPill label={s.to_label} hue={hue(s.to)} />
          <div className={flow.who}>
            <span>
              {s.by_name ? (
                <Person name={s.by_name} size={18} />
              ) : (
                <span className="dim">{t('components.system')}</span>
              )}
              <time dateTime={s.at} className="dim num">
                {f.dateTime(s.at)}
              </time>
            </span>
            {s.reason && (
              <p className={flow.reason}>
                <bdi>{s.reason}</bdi>
              </p>
            )}
          </div>
          <div className={flow.length} data-hue={hue(s.to)}>
            {i ? f.lasting(s.seconds) : t('deals.since', { time: f.lasting(s.seconds) })}
            <span className={flow.bar} aria-hidden>
              <i style={{ width: `${(100 * s.seconds) / longest}%` }} />
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}
