import { Checkbox, NumberInput, SegmentedControl, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentType } from '@/api/types';
import { errorText, FormDrawer, Notice, toast } from '@/components';
import { applyServerErrors, focusFirstInvalid } from '@/lib/forms';
import shared from '../settings.module.css';
import c from './documenttypes.module.css';
import { useCreateType, useUpdateType } from './query';

const MEGA = 1_048_576;
const MOST = 10;
export const FILES: [string, string][] = [
  ['application/pdf', 'PDF'],
  ['image/jpeg', 'JPEG'],
  ['image/png', 'PNG'],
  ['image/webp', 'WebP'],
  ['image/heic', 'HEIC'],
];
const FIELDS = ['label', 'level', 'content_types', 'max_bytes'] as const;

type Values = {
  label: string;
  level: string;
  required: boolean;
  expires: boolean;
  content_types: string[];
  megabytes: number | string;
};
const valuesOf = (kind: DocumentType | undefined): Values => ({
  label: kind?.label ?? '',
  level: String(kind?.level ?? 1),
  required: kind?.required ?? true,
  expires: kind?.expires ?? false,
  content_types: kind?.content_types ?? FILES.map(([type]) => type),
  megabytes: kind ? Math.round((kind.max_bytes / MEGA) * 10) / 10 : MOST,
});

type Props = { kind?: DocumentType; opened: boolean; onClose: () => void };

export function TypeDrawer({ kind, opened, onClose }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const create = useCreateType();
  const update = useUpdateType();
  const [failure, setFailure] = useState<unknown>(null);
  const form = useForm<Values>({
    initialValues: valuesOf(kind),
    validate: {
      label: (v) => (v.trim() ? null : t('documenttypes.needLabel')),
      content_types: (v) => (v.length ? null : t('documenttypes.needTypes')),
      megabytes: (v) => (Number(v) > 0 && Number(v) <= MOST ? null : t('documenttypes.badSize')),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(valuesOf(kind));
    form.reset();
    setFailure(null);
  }, [opened]);

  const submit = (values: Values) => {
    setFailure(null);
    const body = {
      label: values.label.trim(),
      level: Number(values.level),
      required: values.required,
      expires: values.expires,
      content_types: values.content_types,
      max_bytes: Math.round(Number(values.megabytes) * MEGA),
    };
    const done = {
      onError: (error: unknown) => {
        if (!applyServerErrors(form, error, FIELDS)) setFailure(error);
      },
      onSuccess: () => {
        onClose();
        toast.done(t(kind ? 'documenttypes.saved' : 'documenttypes.added', { name: body.label }));
      },
    };
    if (kind) update.mutate({ key: kind.key, patch: body }, done);
    else create.mutate(body, done);
  };
  const { error: typesError, ...types } = form.getInputProps('content_types');
  return (
    <FormDrawer
      opened={opened}
      title={kind ? t('documenttypes.editTitle', { name: kind.label }) : t('documenttypes.add')}
      submit={kind ? t('components.save') : t('documenttypes.create')}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('documenttypes.label')}
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('label')}
      />
      <div role="group" aria-labelledby={id}>
        <p id={id} className={c.label}>
          {t('documenttypes.levelLabel')}
        </p>
        <SegmentedControl
          size="xs"
          classNames={{ root: shared.segments }}
          aria-label={t('documenttypes.levelLabel')}
          data={[1, 2, 3].map((n) => ({ value: String(n), label: t('documenttypes.level', { n }) }))}
          {...form.getInputProps('level')}
        />
        <p className={c.help}>{t('documenttypes.levelHelp')}</p>
      </div>
      <Switch
        label={t('documenttypes.required')}
        description={t('documenttypes.requiredHelp')}
        {...form.getInputProps('required', { type: 'checkbox' })}
      />
      <Switch
        label={t('documenttypes.expires')}
        description={t('documenttypes.expiresHelp')}
        {...form.getInputProps('expires', { type: 'checkbox' })}
      />
      <Checkbox.Group label={t('documenttypes.types')} error={typesError} {...types}>
        <Stack gap={12} mt={4}>
          {FILES.map(([value, label]) => (
            <Checkbox key={value} size="xs" value={value} label={label} />
          ))}
        </Stack>
      </Checkbox.Group>
      <NumberInput
        label={t('documenttypes.size')}
        min={0.1}
        max={MOST}
        step={1}
        decimalScale={1}
        w={160}
        {...form.getInputProps('megabytes')}
      />
    </FormDrawer>
  );
}
