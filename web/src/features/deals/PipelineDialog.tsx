import { Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { type Deal, type DealKind, STAGE_NEEDS } from '@/api/sales';
import { ConfirmDialog, errorText, Notice, toast } from '@/components';
import { usePipelines } from '@/data/pipelines';
import { useMoveDeal } from './query';

type Props = { kind: DealKind; deal: Deal; onClose: () => void };

/** To another pipeline, into a stage of it that somebody chooses. */
export function PipelineDialog({ kind, deal, onClose }: Props) {
  const { t } = useTranslation();
  const pipelines = usePipelines();
  const move = useMoveDeal(kind);
  const others = pipelines.options.filter((p) => p.value !== deal.pipeline);
  const [pipeline, setPipeline] = useState(others[0]?.value ?? '');
  // what is open stays open: elsewhere it is won or lost by a step of its own
  const stages = pipelines.stages(pipeline).filter((s) => s.outcome === deal.outcome);
  const [picked, setStage] = useState<string | null>(null);
  const stage = stages.find((s) => s.key === picked) ?? stages[0];
  const [problem, setProblem] = useState<string | null>(null);
  const confirm = () =>
    stage &&
    move.mutate(
      { deal, move: { stage: stage.key, pipeline, version: deal.version } },
      {
        onSuccess: () => {
          toast.done(t('deals.pipelineMoved', { name: deal.name, stage: stage.label }));
          onClose();
        },
        onError: (e) => {
          const missing = isApiError(e) ? STAGE_NEEDS.filter((need) => e.fields[need]?.length) : [];
          const names = missing.map((need) => t(`deals.field.${need}`)).join(', ');
          setProblem(names ? t('deals.pipelineNeeds', { stage: stage.label, fields: names }) : errorText(e));
        },
      },
    );
  return (
    <ConfirmDialog
      opened
      title={t('deals.pipelineTitle', { name: deal.name })}
      confirm={t('deals.move')}
      busy={move.isPending}
      disabled={!stage}
      onClose={onClose}
      onConfirm={confirm}
    >
      <Stack gap="md">
        <Select
          label={t('deals.field.pipeline')}
          data={others}
          value={pipeline}
          allowDeselect={false}
          data-autofocus
          onChange={(v) => {
            setPipeline(v ?? '');
            setStage(null);
            setProblem(null);
          }}
        />
        <Select
          label={t('deals.field.stage')}
          data={stages.map((s) => ({ value: s.key, label: s.label }))}
          value={stage?.key ?? null}
          allowDeselect={false}
          onChange={(v) => {
            setStage(v);
            setProblem(null);
          }}
        />
        {problem && <Notice tone="warn">{problem}</Notice>}
      </Stack>
    </ConfirmDialog>
  );
}
