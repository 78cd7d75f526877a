import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind } from '@/api/sales';
import { hueOrGrey } from '@/components';
import { Stays } from '@/components/record';
import { usePipelines } from '@/data/pipelines';
import { stagesQuery } from './query';

/** The stages a deal went through. */
export function StageHistory({ kind, deal }: { kind: DealKind; deal: Deal }) {
  const { t } = useTranslation();
  const stages = usePipelines().stages(deal.pipeline);
  const query = useQuery(stagesQuery(kind, deal.id));
  const stays = (query.data ?? []).map((s, i) => ({
    key: `${s.at} ${s.to}`,
    label: s.to_label,
    hue: hueOrGrey(stages.find((stage) => stage.key === s.to)?.hue),
    by: s.by_name ?? null,
    at: s.at,
    reason: s.reason ?? null,
    seconds: s.seconds,
    now: i === 0,
  }));
  return (
    <Stays
      query={query}
      stays={stays}
      none={t('deals.noSteps')}
      since={(time) => t('deals.since', { time })}
    />
  );
}
