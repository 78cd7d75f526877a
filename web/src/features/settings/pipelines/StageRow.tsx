import { useTranslation } from 'react-i18next';
import type { Stage } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { hueOrGrey, RowActions, StatusPill } from '@/components';
import row from '../statuses/statuses.module.css';

type Props = { stage: Stage; last: boolean; onEdit: () => void; onDelete: () => void };

export function StageRow({ stage, last, onEdit, onDelete }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const open = stage.open_deals ?? 0;
  const notes = [
    stage.outcome !== 'none' && t(`pipelines.outcome.${stage.outcome}`),
    open > 0 && t('pipelines.open', { count: open, n: f.int(open) }),
    stage.transitions && t('pipelines.followedBy', { count: stage.transitions.length }),
    stage.required.length > 0 &&
      t('pipelines.asks', { fields: stage.required.map((x) => t(`deals.field.${x}`)).join(', ') }),
  ].filter(Boolean);
  return (
    <>
      <button type="button" className={row.main} onClick={onEdit}>
        <StatusPill label={stage.label} hue={hueOrGrey(stage.hue)} />
        <span className="sr-only">{t('pipelines.editStage')}</span>
      </button>
      <span className={row.notes}>{notes.join(' · ')}</span>
      <span className="num dim" title={t('pipelines.probability')}>
        {f.percent(stage.probability / 100)}
      </span>
      <RowActions
        name={stage.label}
        actions={[
          { key: 'edit', label: t('pipelines.editStage'), run: onEdit },
          // a pipeline without a stage can hold nothing
          ...(last ? [] : [{ key: 'delete', label: t('pipelines.deleteStage'), run: onDelete }]),
        ]}
      />
    </>
  );
}
