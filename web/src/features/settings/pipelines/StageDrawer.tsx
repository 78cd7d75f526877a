import { MultiSelect, Select, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import {
  type Pipeline,
  STAGE_NEEDS,
  STAGE_OUTCOMES,
  type Stage,
  type StageIn,
  type StageNeed,
  type StageOutcome,
} from '@/api/sales';
import { errorText, FormDrawer, type Hue, hueOrGrey, Notice, StatusPill, toast } from '@/components';
import { fieldText, focusFirstInvalid } from '@/lib/forms';
import { HueField } from '../HueField';
import { stageIn, useSaveStages } from './query';

type Values = {
  label: string;
  hue: Hue;
  probability: string;
  outcome: StageOutcome;
  /** Null lets every stage follow. */
  transitions: string[] | null;
  required: StageNeed[];
};
const valuesOf = (s: Stage | undefined): Values => ({
  label: s?.label ?? '',
  hue: hueOrGrey(s?.hue ?? 'blue'),
  probability: String(s?.probability ?? 50),
  outcome: s?.outcome ?? 'none',
  transitions: s?.transitions ?? null,
  required: s?.required ?? [],
});
/** A won stage is certain, and so is a lost one. */
const CERTAIN = { won: '100', lost: '0' } as const;

type Props = { pipeline: Pipeline; stage?: Stage; opened: boolean; onClose: () => void };

export function StageDrawer({ pipeline, stage, opened, onClose }: Props) {
  const { t } = useTranslation();
  const save = useSaveStages();
  const [failure, setFailure] = useState<unknown>(null);
  const stages = [...pipeline.stages].sort((a, b) => a.position - b.position);
  const form = useForm<Values>({
    initialValues: valuesOf(stage),
    validate: {
      label: (v) => (v.trim() ? null : t('pipelines.needLabel')),
      probability: (v) =>
        /^\d{1,3}$/.test(v.trim()) && Number(v) <= 100 ? null : t('deals.need.probability'),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(valuesOf(stage));
    form.reset();
    setFailure(null);
  }, [opened]);

  const onError = (error: unknown) => {
    // the list is saved as a whole: `stages.2.label` is about this one
    const found = isApiError(error)
      ? Object.entries(error.fields).flatMap(([key, all]) => {
          const field = key.split('.').at(-1) ?? '';
          return field in form.values ? [[field, fieldText(all[0] ?? '')]] : [];
        })
      : [];
    if (found.length) {
      form.setErrors(Object.fromEntries(found));
      focusFirstInvalid();
    } else setFailure(error);
  };
  const submit = (values: Values) => {
    setFailure(null);
    const now: StageIn = {
      ...(stage ? { key: stage.key } : {}),
      ...values,
      label: values.label.trim(),
      probability: Number(values.probability),
    };
    // a new one comes before those that close
    const at = stages.findIndex((s) => s.outcome !== 'none');
    const list = stages.map(stageIn);
    const next = stage
      ? list.map((s) => (s.key === stage.key ? now : s))
      : list.toSpliced(now.outcome === 'none' && at >= 0 ? at : list.length, 0, now);
    save.mutate(
      { key: pipeline.key, stages: next },
      {
        onError,
        onSuccess: () => {
          onClose();
          toast.done(t(stage ? 'pipelines.stageSaved' : 'pipelines.stageAdded', { name: now.label }));
        },
      },
    );
  };
  const { label, hue, outcome, transitions } = form.values;
  const others = stages.filter((s) => s.key !== stage?.key);
  return (
    <FormDrawer
      opened={opened}
      title={stage ? t('pipelines.editTitle', { name: stage.label }) : t('pipelines.addStage')}
      submit={stage ? t('components.save') : t('pipelines.createStage')}
      busy={save.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('pipelines.label')}
        data-autofocus
        autoComplete="off"
        dir="auto"
        {...form.getInputProps('label')}
      />
      <HueField
        label={t('pipelines.colour')}
        value={hue}
        onChange={(value) => form.setFieldValue('hue', value)}
        error={form.errors.hue}
      >
        <StatusPill label={label.trim() || t('pipelines.sample')} hue={hue} />
      </HueField>
      <Select
        label={t('pipelines.outcomeLabel')}
        description={t('pipelines.outcomeHelp')}
        allowDeselect={false}
        data={STAGE_OUTCOMES.map((value) => ({ value, label: t(`pipelines.outcome.${value}`) }))}
        value={outcome}
        error={form.errors.outcome}
        onChange={(v) => {
          const next = (v ?? 'none') as StageOutcome;
          form.setFieldValue('outcome', next);
          if (next !== 'none') form.setFieldValue('probability', CERTAIN[next]);
        }}
      />
      <TextInput
        label={t('pipelines.probability')}
        description={t('pipelines.probabilityHelp')}
        inputMode="numeric"
        dir="ltr"
        rightSection={<span className="dim">%</span>}
        disabled={outcome !== 'none'}
        {...form.getInputProps('probability')}
      />
      <Switch
        label={t('pipelines.anyNext')}
        description={t('pipelines.anyNextHelp')}
        checked={transitions === null}
        onChange={(e) => form.setFieldValue('transitions', e.currentTarget.checked ? null : [])}
      />
      {transitions !== null && (
        <MultiSelect
          label={t('pipelines.next')}
          description={t('pipelines.nextHelp')}
          data={others.map((s) => ({ value: s.key, label: s.label }))}
          value={transitions}
          error={form.errors.transitions}
          onChange={(keys) => form.setFieldValue('transitions', keys)}
        />
      )}
      <MultiSelect
        label={t('pipelines.required')}
        description={t('pipelines.requiredHelp')}
        data={STAGE_NEEDS.map((value) => ({ value, label: t(`deals.field.${value}`) }))}
        value={form.values.required}
        error={form.errors.required}
        onChange={(keys) => form.setFieldValue('required', keys as StageNeed[])}
      />
    </FormDrawer>
  );
}
