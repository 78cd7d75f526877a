import { Group, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind, DealPatch } from '@/api/sales';
import { errorText, FormDrawer, Notice, OptionalLabel, toast } from '@/components';
import { CustomInputs, useCustomForm } from '@/components/custom';
import { RecordPicker } from '@/components/explain/RecordPicker';
import { TagInput } from '@/components/tags';
import { useOwnerOptions } from '@/data/lookups';
import { pipelinesQuery, stageOption, usePipelines } from '@/data/pipelines';
import { applyServerErrors, focusFirstInvalid } from '@/lib/forms';
import { useCan } from '@/session/session';
import { useCreateDeal, useUpdateDeal } from './query';
import { isAmount, plainAmount } from './values';

const FIELDS = [
  'name',
  'amount',
  'currency',
  'expected_close_date',
  'probability',
  'pipeline',
  'stage',
  'client_id',
  'contact_id',
  'assigned_to',
  'next_steps',
  'description',
  'tags',
] as const;
type Field = (typeof FIELDS)[number];
type Values = Record<Field, string>;
type Linked = { id: string; label: string };
export type DealPreset = { pipeline?: string; client?: Linked; contact?: Linked };
type Props = {
  kind: DealKind;
  opened: boolean;
  deal?: Deal;
  /** What is known already: the pipeline on screen, whose page it is. */
  preset?: DealPreset;
  onClose: () => void;
  onDone?: (id: string) => void;
};

const valuesOf = (d: Deal | undefined, preset: DealPreset): Values => ({
  name: d?.name ?? '',
  amount: d?.amount ?? '',
  currency: d?.currency ?? '',
  expected_close_date: d?.expected_close_date ?? '',
  probability: d?.probability_override == null ? '' : String(d.probability_override),
  pipeline: d?.pipeline ?? preset.pipeline ?? '',
  stage: d?.stage ?? '',
  client_id: d?.client_id ?? preset.client?.id ?? '',
  contact_id: d?.contact_id ?? preset.contact?.id ?? '',
  assigned_to: d?.assigned_to ?? '',
  next_steps: d?.next_steps ?? '',
  description: d?.description ?? '',
  tags: d?.tags.join(', ') ?? '',
});

/** No tag has a comma in it. */
const splitTags = (text: string): string[] =>
  text
    .split(',')
    .map((x) => x.trim())
    .filter(Boolean);

/** Only what differs travels; an emptied field becomes null. */
export function changedDeal(before: Values, after: Values): DealPatch {
  const out: Record<string, unknown> = {};
  for (const key of FIELDS) {
    const value = after[key].trim();
    if (value === before[key].trim()) continue;
    if (key === 'tags') out.tags = splitTags(value);
    else if (key === 'probability') out.probability = value ? Number(value) : null;
    else if (key === 'amount') out.amount = value ? plainAmount(value) : null;
    else if (key === 'currency') out.currency = value.toUpperCase() || undefined;
    else out[key] = value || null;
  }
  return out as DealPatch;
}

export function DealDrawer({ kind, opened, deal, preset = {}, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const owners = useOwnerOptions();
  const pipelines = usePipelines();
  const { isPending } = useQuery({ ...pipelinesQuery, enabled: false });
  const create = useCreateDeal(kind);
  const update = useUpdateDeal(kind);
  const custom = useCustomForm('deal', Boolean(deal), deal?.custom);
  const [failure, setFailure] = useState<unknown>(null);
  const [links, setLinks] = useState<{ client: Linked | null; contact: Linked | null }>({
    client: null,
    contact: null,
  });
  const start = (): Values => {
    const values = valuesOf(deal, preset);
    return { ...values, pipeline: values.pipeline || (pipelines.first?.key ?? '') };
  };
  const form = useForm<Values>({
    initialValues: start(),
    validateInputOnBlur: true,
    validate: {
      name: (v) => (v.trim() ? null : t('deals.need.name')),
      amount: (v) => (!v.trim() || isAmount(v) ? null : t('deals.need.amount')),
      currency: (v) => (!v.trim() || /^[A-Za-z]{3,5}$/.test(v.trim()) ? null : t('deals.need.currency')),
      probability: (v) =>
        !v.trim() || (/^\d{1,3}$/.test(v.trim()) && Number(v) <= 100) ? null : t('deals.need.probability'),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(start());
    form.reset();
    custom.reset();
    setFailure(null);
    const linked = (id: string | null | undefined, name: string | null | undefined) =>
      id ? { id, label: name ?? '' } : null;
    setLinks({
      client: linked(deal?.client_id, deal?.client_name) ?? preset.client ?? null,
      contact: linked(deal?.contact_id, deal?.contact_name) ?? preset.contact ?? null,
    });
  }, [opened, isPending]);

  const onError = (error: unknown) => {
    const shown = [custom.refused(error), applyServerErrors(form, error, FIELDS)];
    if (!shown.some(Boolean)) setFailure(error);
  };
  const submit = (values: Values) => {
    setFailure(null);
    if (!custom.check()) return;
    const before = deal ? valuesOf(deal, {}) : (Object.fromEntries(FIELDS.map((k) => [k, ''])) as Values);
    const patch: DealPatch = { ...changedDeal(before, values), ...custom.patch() };
    if (!deal)
      create.mutate(patch, {
        onError,
        onSuccess: (made) => {
          toast.done(t('deals.created', { name: made.name }));
          onClose();
          onDone?.(made.id);
        },
      });
    else if (Object.keys(patch).length) update.mutate({ deal, patch }, { onError, onSuccess: onClose });
    else onClose();
  };
  const text = (field: Field, optional = true) => ({
    label: optional ? <OptionalLabel>{t(`deals.field.${field}`)}</OptionalLabel> : t(`deals.field.${field}`),
    autoComplete: 'off',
    ...form.getInputProps(field),
  });
  const link = (kindOf: 'client' | 'contact') => ({
    type: kindOf,
    label: t(`deals.field.${kindOf}_id`),
    clearable: true,
    value: links[kindOf],
    error: form.errors[`${kindOf}_id`],
    onPick: (picked: Linked | null) => {
      setLinks((now) => ({ ...now, [kindOf]: picked }));
      form.setFieldValue(`${kindOf}_id`, picked?.id ?? '');
    },
  });
  const stages = pipelines.stages(form.values.pipeline).filter((s) => s.outcome === 'none');
  return (
    <FormDrawer
      opened={opened}
      title={deal ? t('deals.editTitle', { name: deal.name }) : t(`deals.add.${kind}`)}
      submit={deal ? t('components.save') : t(`deals.create.${kind}`)}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput {...text('name', false)} dir="auto" data-autofocus />
      <Group gap="md" align="start" wrap="nowrap">
        <TextInput {...text('amount')} inputMode="decimal" dir="ltr" style={{ flex: 1 }} />
        <TextInput
          {...text('currency')}
          w={132}
          maxLength={5}
          dir="ltr"
          placeholder={t('deals.baseCurrency')}
        />
      </Group>
      {can('clients.read') && <RecordPicker {...link('client')} />}
      {can('contacts.read') && <RecordPicker {...link('contact')} />}
      {!deal && (
        <Group grow gap="md" align="start" wrap="nowrap">
          <Select
            {...text('pipeline', false)}
            data={pipelines.options}
            value={form.values.pipeline || null}
            allowDeselect={false}
            onChange={(v) => form.setValues({ pipeline: v ?? '', stage: '' })}
          />
          <Select
            {...text('stage', false)}
            data={stages.map(stageOption).map(({ value, label }) => ({ value, label }))}
            value={form.values.stage || (stages[0]?.key ?? null)}
            allowDeselect={false}
            onChange={(v) => form.setFieldValue('stage', v ?? '')}
          />
        </Group>
      )}
      <Group grow gap="md" align="start" wrap="nowrap">
        <TextInput {...text('expected_close_date')} type="date" />
        <TextInput
          {...text('probability')}
          inputMode="numeric"
          dir="ltr"
          placeholder={t('deals.byStage')}
          rightSection={<span className="dim">%</span>}
        />
      </Group>
      {can(`${kind}.assign`) && owners.length > 0 && (
        <Select
          {...text('assigned_to')}
          data={owners}
          value={form.values.assigned_to || null}
          onChange={(v) => form.setFieldValue('assigned_to', v ?? '')}
          searchable
          clearable
          nothingFoundMessage={t('components.noMatch')}
        />
      )}
      <Textarea {...text('next_steps')} dir="auto" autosize minRows={2} maxRows={6} />
      <Textarea {...text('description')} dir="auto" autosize minRows={2} maxRows={8} />
      <TagInput
        size="sm"
        label={<OptionalLabel>{t('deals.field.tags')}</OptionalLabel>}
        error={form.errors.tags}
        value={splitTags(form.values.tags)}
        onChange={(tags) => form.setFieldValue('tags', tags.join(', '))}
      />
      <CustomInputs {...custom.inputs} />
    </FormDrawer>
  );
}
