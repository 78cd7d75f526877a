import { MultiSelect, Select, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Status, StatusPatch } from '@/api/types';
import { errorText, FormDrawer, type Hue, hueOrGrey, Notice, StatusPill } from '@/components';
import { statusesQuery, useStatuses } from '@/data/lookups';
import { useUndoOffer } from '@/data/undo';
import { applyServerErrors, focusFirstInvalid } from '@/lib/forms';
import { HueField } from '../HueField';
import { useCreateStatus, useUpdateStatus } from './query';
import type { Outcome, StatusEntity } from './types';

/** `transitions`: null lets every status follow. */
type Values = { label: string; hue: Hue; closed: boolean; outcome: Outcome; transitions: string[] | null };
const FIELDS = ['label', 'hue', 'closed', 'outcome', 'transitions'] as const;
const valuesOf = (s: Status | undefined): Values => ({
  label: s?.label ?? '',
  hue: hueOrGrey(s?.hue ?? 'blue'),
  closed: s?.closed ?? false,
  outcome: s?.outcome === 'won' || s?.outcome === 'lost' ? s.outcome : 'none',
  transitions: s?.transitions ?? null,
});
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

type Props = { entity: StatusEntity; status?: Status; opened: boolean; onClose: () => void };

export function StatusDrawer({ entity, status, opened, onClose }: Props) {
  const { t } = useTranslation();
  const create = useCreateStatus();
  const update = useUpdateStatus(entity);
  const offerUndo = useUndoOffer();
  const [failure, setFailure] = useState<unknown>(null);
  const form = useForm<Values>({
    initialValues: valuesOf(status),
    validate: { label: (v) => (v.trim() ? null : t('statuses.needLabel')) },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(valuesOf(status));
    form.reset();
    setFailure(null);
  }, [opened]);

  const submit = (values: Values) => {
    setFailure(null);
    const now = { ...values, label: values.label.trim() };
    const done = {
      onError: (error: unknown) => {
        if (!applyServerErrors(form, error, FIELDS)) setFailure(error);
      },
      onSuccess: (saved: Status) => {
        onClose();
        offerUndo({
          message: t(status ? 'statuses.saved' : 'statuses.added', { name: now.label }),
          undoId: saved.undo_id,
          refresh: [statusesQuery.queryKey],
        });
      },
    };
    if (!status) return create.mutate({ entity, ...now, transitions: now.transitions ?? undefined }, done);
    const before = valuesOf(status);
    const patch = Object.fromEntries(
      FIELDS.filter((k) => !same(now[k], before[k])).map((k) => [k, now[k]]),
    ) as StatusPatch;
    if (!Object.keys(patch).length) return onClose();
    update.mutate({ key: status.key, patch }, done);
  };
  const { label, hue, closed, transitions } = form.values;
  const others = useStatuses(entity).options.filter((o) => o.value !== status?.key);
  return (
    <FormDrawer
      opened={opened}
      title={status ? t('statuses.editTitle', { name: status.label }) : t('statuses.add')}
      submit={status ? t('components.save') : t('statuses.create')}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('statuses.label')}
        description={status ? t('statuses.renameHelp') : undefined}
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('label')}
      />
      <HueField
        label={t('statuses.colour')}
        value={hue}
        onChange={(value) => form.setFieldValue('hue', value)}
        error={form.errors.hue}
      >
        <StatusPill label={label.trim() || t('statuses.sample')} hue={hue} />
      </HueField>
      <Switch
        label={t('statuses.closedLabel')}
        description={t('statuses.closedHelp')}
        checked={closed}
        error={form.errors.closed}
        onChange={(e) => {
          form.setFieldValue('closed', e.currentTarget.checked);
          if (!e.currentTarget.checked) form.setFieldValue('outcome', 'none');
        }}
      />
      <Select
        label={t('statuses.outcomeLabel')}
        description={t('statuses.outcomeHelp')}
        disabled={!closed}
        allowDeselect={false}
        data={(['none', 'won', 'lost'] as const).map((value) => ({
          value,
          label: t(`statuses.outcome.${value}`),
        }))}
        {...form.getInputProps('outcome')}
      />
      {entity === 'lead' && (
        <>
          <Switch
            label={t('statuses.anyNext')}
            description={t('statuses.anyNextHelp')}
            checked={transitions === null}
            onChange={(e) => form.setFieldValue('transitions', e.currentTarget.checked ? null : [])}
          />
          {transitions !== null && (
            <MultiSelect
              label={t('statuses.next')}
              description={t('statuses.nextHelp')}
              data={others.map((o) => ({ value: o.value, label: o.label }))}
              value={transitions}
              error={form.errors.transitions}
              onChange={(keys) => form.setFieldValue('transitions', keys)}
            />
          )}
        </>
      )}
    </FormDrawer>
  );
}
