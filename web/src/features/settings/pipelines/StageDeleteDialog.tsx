import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import type { Pipeline, Stage } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { ConfirmDialog, errorText, Notice, toast } from '@/components';
import { stageIn, useSaveStages } from './query';

type Props = { pipeline: Pipeline; stage: Stage | null; onClose: () => void };

/** Deals never stand without a stage: those of one that goes get another in the same step. */
export function StageDeleteDialog({ pipeline, stage, onClose }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const save = useSaveStages();
  const [to, setTo] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [shown, setShown] = useState(stage);
  useEffect(() => {
    if (!stage) return;
    // stays while the dialog fades out
    setShown(stage);
    setTo(null);
    setFailure(null);
  }, [stage]);
  const others = [...pipeline.stages]
    .sort((a, b) => a.position - b.position)
    .filter((s) => s.key !== shown?.key);
  const count = shown?.open_deals ?? 0;
  // closed deals stand in a stage too: the server knows of them
  const inUse = hasCode(failure, 'stage_in_use');
  const needsTo = count > 0 || inUse;
  const confirm = () => {
    if (!stage) return;
    setFailure(null);
    const keep = (keys: string[] | null | undefined) => keys?.filter((key) => key !== stage.key) ?? null;
    save.mutate(
      {
        key: pipeline.key,
        stages: others.map((s) => ({ ...stageIn(s), transitions: keep(s.transitions) })),
        ...(to ? { moves: { [stage.key]: to } } : {}),
      },
      {
        onError: setFailure,
        onSuccess: () => {
          onClose();
          toast.done(t('pipelines.stageDeleted', { name: stage.label }));
        },
      },
    );
  };
  return (
    <ConfirmDialog
      opened={stage !== null}
      title={t('pipelines.deleteStageTitle', { name: shown?.label })}
      text={
        count > 0
          ? t('pipelines.inUse', { count, n: f.int(count) })
          : t(inUse ? 'pipelines.inUseClosed' : 'pipelines.notInUse')
      }
      confirm={t('pipelines.deleteStage')}
      danger
      busy={save.isPending}
      disabled={needsTo && !to}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Select
        mt="md"
        label={t('pipelines.moveTo')}
        placeholder={t('pipelines.choose')}
        data={others.map((s) => ({ value: s.key, label: s.label }))}
        value={to}
        onChange={setTo}
        clearable={!needsTo}
        data-autofocus
      />
      {failure && !inUse ? (
        <div style={{ marginTop: 12 }}>
          <Notice tone="neg">{errorText(failure)}</Notice>
        </div>
      ) : null}
    </ConfirmDialog>
  );
}
