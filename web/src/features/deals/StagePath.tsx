import { useTranslation } from 'react-i18next';
import type { Deal } from '@/api/sales';
import { Way } from '@/components/record';
import { stageOption, usePipelines } from '@/data/pipelines';
import { mayFollow } from './board/order';

type Props = { deal: Deal; editable: boolean; onStep: (stage: string) => void };

/** The way of a deal: the open stages in their order, and at its end won and lost. */
export function StagePath({ deal, editable, onStep }: Props) {
  const { t } = useTranslation();
  const stages = usePipelines().stages(deal.pipeline);
  const closed = stages.filter((s) => s.outcome !== 'none');
  const may = (key: string) =>
    editable && key !== deal.stage && (deal.outcome !== 'none' || mayFollow(stages, deal.stage, key));
  if (!stages.length) return null;
  return (
    <Way
      label={t('deals.path')}
      closeLabel={t('deals.close')}
      value={deal.stage}
      open={stages.filter((s) => s.outcome === 'none')}
      closed={closed}
      ends={closed.filter((s) => may(s.key)).map(stageOption)}
      may={may}
      onStep={onStep}
    />
  );
}
