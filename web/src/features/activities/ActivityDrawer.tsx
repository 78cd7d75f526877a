import { Button, Group, SegmentedControl, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconArrowBackUp, IconCheck, IconTrash, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText, FormDrawer, Notice, OptionalLabel, StatusPill, toast } from '@/components';
import { useOwnerOptions } from '@/data/lookups';
import { applyServerErrors, focusFirstInvalid } from '@/lib/forms';
import { useCan, useMe } from '@/session/session';
import c from './activities.module.css';
import { type Draft, draftOf, newOf, patchOf } from './draft';
import { RecordLink } from './parts';
import { useCreateActivity, useUpdateActivity } from './query';
import { type Linked, RecordField } from './RecordField';
import { RepeatField } from './RepeatField';
import { type Activity, isOpen, PRIORITIES, parentOf, TYPES } from './types';
import { useClock } from './useClock';
import { useTaskActions } from './useTaskActions';
import { STATUS_HUES } from './words';

const LENGTHS = ['15', '30', '45', '60', '90', '120', '180', '240', '480'];
const REMINDERS = ['0', '5', '15', '30', '60', '120', '1440', '2880'];
/** What the server's complaints are put on. */
const FIELDS = [
  'type',
  'subject',
  'due_at',
  'duration_minutes',
  'assigned_to',
  'priority',
  'remind_before',
  'location',
  'description',
  'outcome',
  'repeat',
  'parent',
];

type Props = {
  opened: boolean;
  activity?: Activity;
  /** What a new one begins with. */
  start?: { parent?: Linked; due_at?: string; all_day?: boolean };
  onClose: () => void;
};

export function ActivityDrawer({ opened, activity, start, onClose }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const { user } = useMe();
  const clock = useClock();
  const owners = useOwnerOptions();
  const create = useCreateActivity();
  const update = useUpdateActivity();
  const actions = useTaskActions();
  const [failure, setFailure] = useState<unknown>(null);
  const busy = create.isPending || update.isPending;
  const editable = activity ? can('activities.update') : can('activities.create');
  const fresh = () => draftOf(activity, clock.zone, { owner: user.id, ...start });

  const form = useForm<Draft>({
    initialValues: fresh(),
    validate: {
      subject: (v) => (v.trim() ? null : t('activities.need.subject')),
      day: (v, all) => (!v && (all.time || all.repeat) ? t('activities.need.day') : null),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(fresh());
    form.reset();
    setFailure(null);
  }, [opened, activity?.id, activity?.version, clock.zone]);

  const failed = (error: unknown) => {
    if (!applyServerErrors(form, error, FIELDS)) setFailure(error);
  };
  const submit = (draft: Draft) => {
    setFailure(null);
    if (!editable) return onClose();
    if (!activity)
      return create.mutate(newOf(draft, clock.zone), {
        onError: failed,
        onSuccess: (made) => {
          toast.done(t('activities.created', { subject: made.subject }));
          onClose();
        },
      });
    const patch = patchOf(draft, activity, clock.zone);
    if (!Object.keys(patch).length) return onClose();
    update.mutate({ activity, patch }, { onError: failed, onSuccess: onClose });
  };
  const then = (act: (a: Activity) => void) => {
    if (!activity) return;
    onClose();
    act(activity);
  };
  const v = form.values;
  const lengthName = (m: string) =>
    Number(m) < 60
      ? t('activities.minutes', { count: Number(m) })
      : t('activities.hours', { count: Number(m) / 60 });
  const remindName = (m: string) =>
    m === '0'
      ? t('activities.remind.then')
      : Number(m) >= 1440
        ? t('activities.remind.days', { count: Number(m) / 1440 })
        : Number(m) >= 60
          ? t('activities.remind.hours', { count: Number(m) / 60 })
          : t('activities.remind.minutes', { count: Number(m) });
  const options = (list: string[], own: string, name: (m: string) => string) =>
    [...new Set([...list, ...(own ? [own] : [])])]
      .sort((a, b) => Number(a) - Number(b))
      .map((value) => ({ value, label: name(value) }));
  const optional = (field: string) => <OptionalLabel>{t(`activities.field.${field}`)}</OptionalLabel>;

  return (
    <FormDrawer
      opened={opened}
      title={activity ? t('activities.editTitle') : t('activities.add')}
      submit={!editable ? t('components.close') : activity ? t('components.save') : t('activities.create')}
      busy={busy}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      {activity && (
        <div className={c.head}>
          <StatusPill
            label={t(`activities.status.${activity.status}`)}
            hue={STATUS_HUES[activity.status] ?? 'grey'}
          />
          <RecordLink activity={activity} />
          <span className={c.grow} />
          {editable && isOpen(activity) && !activity.virtual && (
            <>
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<IconCheck size={14} />}
                onClick={() => then(actions.complete)}
              >
                {t('activities.complete')}
              </Button>
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<IconX size={14} />}
                onClick={() => then(actions.cancel)}
              >
                {t('activities.cancel')}
              </Button>
            </>
          )}
          {editable && !isOpen(activity) && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconArrowBackUp size={14} className="flip" />}
              onClick={() => then(actions.reopen)}
            >
              {t('activities.reopen')}
            </Button>
          )}
          {can('activities.delete') && !activity.virtual && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconTrash size={14} />}
              onClick={() => then(actions.remove)}
            >
              {t('activities.delete')}
            </Button>
          )}
        </div>
      )}
      <fieldset className={c.fields} disabled={!editable}>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t('activities.field.type')}
          data={TYPES.map((value) => ({ value, label: t(`activities.type.${value}`) }))}
          value={v.type}
          onChange={(x) => form.setFieldValue('type', x as Draft['type'])}
          disabled={!editable}
        />
        <TextInput
          label={t('activities.field.subject')}
          {...form.getInputProps('subject')}
          data-autofocus
          autoComplete="off"
          dir="auto"
          maxLength={200}
        />
        <RecordField
          label={optional('record')}
          error={form.errors.parent}
          value={v.parent}
          onChange={(parent) => form.setFieldValue('parent', parent)}
        />
        <div className={c.dueFields}>
          <TextInput
            type="date"
            label={optional('due_at')}
            {...form.getInputProps('day')}
            error={form.errors.day ?? form.errors.due_at}
          />
          {!v.all_day && (
            <TextInput type="time" label={t('activities.field.time')} {...form.getInputProps('time')} />
          )}
          <Switch
            className={c.allDay}
            size="sm"
            label={t('activities.field.all_day')}
            checked={v.all_day}
            onChange={(e) => form.setFieldValue('all_day', e.currentTarget.checked)}
          />
        </div>
        {clock.foreign && <p className={c.hint}>{t('activities.zone', { zone: clock.zone })}</p>}
        <Group grow gap="md" align="start" wrap="nowrap">
          <Select
            label={optional('duration_minutes')}
            data={options(LENGTHS, v.duration, lengthName)}
            value={v.duration || null}
            clearable
            disabled={v.all_day || !editable}
            error={form.errors.duration_minutes}
            onChange={(x) => form.setFieldValue('duration', x ?? '')}
          />
          <Select
            label={optional('remind_before')}
            data={options(REMINDERS, v.remind, remindName)}
            value={v.remind || null}
            clearable
            error={form.errors.remind_before}
            onChange={(x) => form.setFieldValue('remind', x ?? '')}
          />
        </Group>
        <Group grow gap="md" align="start" wrap="nowrap">
          {owners.length > 0 && can('activities.assign') && (
            <Select
              label={t('activities.field.assigned_to')}
              data={owners.map((o) => ({ value: o.value, label: o.label }))}
              value={v.assigned_to || null}
              searchable
              clearable
              nothingFoundMessage={t('components.noMatch')}
              error={form.errors.assigned_to}
              onChange={(x) => form.setFieldValue('assigned_to', x ?? '')}
            />
          )}
          <Select
            label={t('activities.field.priority')}
            data={PRIORITIES.map((value) => ({ value, label: t(`activities.priority.${value}`) }))}
            value={v.priority}
            allowDeselect={false}
            onChange={(x) => form.setFieldValue('priority', (x ?? 'normal') as Draft['priority'])}
          />
        </Group>
        <RepeatField
          value={v.repeat}
          clock={clock}
          error={form.errors.repeat as string | undefined}
          onChange={(x) => form.setFieldValue('repeat', x)}
        />
        <TextInput
          label={optional('location')}
          {...form.getInputProps('location')}
          autoComplete="off"
          dir="auto"
        />
        <Textarea
          label={optional('description')}
          {...form.getInputProps('description')}
          autosize
          minRows={2}
          maxRows={8}
          dir="auto"
        />
        {activity && !isOpen(activity) && (
          <Textarea
            label={optional('outcome')}
            {...form.getInputProps('outcome')}
            autosize
            minRows={2}
            dir="auto"
          />
        )}
      </fieldset>
      {activity && parentOf(activity) === null && activity.created_by_name && (
        <p className={c.hint}>{t('activities.by', { name: activity.created_by_name })}</p>
      )}
    </FormDrawer>
  );
}
