import { Group, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client, ClientPatch } from '@/api/types';
import { errorText, FormDrawer, isProtected, Notice, OptionalLabel, toast } from '@/components';
import { CustomInputs, useCustomForm } from '@/components/custom';
import { TagInput } from '@/components/tags';
import { useCountryOptions } from '@/data/countries';
import { useLanguageOptions } from '@/data/languages';
import { useOwnerOptions, useStatuses } from '@/data/lookups';
import { applyServerErrors, focusFirstInvalid, isEmail } from '@/lib/forms';
import { useCan } from '@/session/session';
import { LooksLike } from '../duplicates';
import { useCreateClient, useUpdateClient } from './query';

const FIELDS = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'country',
  'language',
  'address',
  'date_of_birth',
  'status',
  'source',
  'assigned_to',
  'tags',
] as const;
type Field = (typeof FIELDS)[number];
type Values = Record<Field, string>;
type Props = { opened: boolean; client?: Client; onClose: () => void; onDone?: (id: string) => void };

const valuesOf = (c: Client | undefined): Values => ({
  first_name: c?.first_name ?? '',
  last_name: c?.last_name ?? '',
  email: c?.email ?? '',
  phone: c?.phone ?? '',
  country: c?.country ?? '',
  language: c?.language ?? '',
  address: c?.address ?? '',
  date_of_birth: c?.date_of_birth ?? '',
  status: c?.status ?? '',
  source: c?.source ?? '',
  assigned_to: c?.assigned_to ?? '',
  tags: c?.tags.join(', ') ?? '',
});

/** No tag has a comma in it. */
const splitTags = (text: string): string[] =>
  text
    .split(',')
    .map((x) => x.trim())
    .filter(Boolean);

/** Only what differs travels; an emptied field becomes null. */
export function changedFields(before: Values, after: Values): ClientPatch {
  const out: Record<string, unknown> = {};
  for (const key of FIELDS) {
    const value = after[key].trim();
    if (value === before[key].trim()) continue;
    if (key === 'tags') out.tags = splitTags(value);
    else out[key] = value || null;
  }
  return out as ClientPatch;
}

export function ClientDrawer({ opened, client, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const countries = useCountryOptions();
  const languages = useLanguageOptions(client?.language);
  const statuses = useStatuses('client');
  const owners = useOwnerOptions();
  const create = useCreateClient();
  const update = useUpdateClient();
  const [failure, setFailure] = useState<unknown>(null);
  const busy = create.isPending || update.isPending;
  const locked = (field: string) => isProtected(client, field);
  const custom = useCustomForm('client', Boolean(client), client?.custom);

  const form = useForm<Values>({
    initialValues: valuesOf(client),
    validateInputOnBlur: true,
    validate: {
      first_name: (v) => (v.trim() ? null : t('clients.need.first_name')),
      last_name: (v) => (v.trim() ? null : t('clients.need.last_name')),
      email: (v) => (locked('email') || isEmail(v) ? null : t('clients.need.email')),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(valuesOf(client));
    form.reset();
    custom.reset();
    setFailure(null);
  }, [opened]);

  const failed = (error: unknown) => {
    const shown = [custom.refused(error), applyServerErrors(form, error, FIELDS)];
    if (!shown.some(Boolean)) setFailure(error);
  };
  const submit = (values: Values) => {
    setFailure(null);
    if (!custom.check()) return;
    const patch = { ...changedFields(valuesOf(client), values), ...custom.patch() };
    if (!client) {
      create.mutate(patch, {
        onError: failed,
        onSuccess: (made) => {
          toast.done(t('clients.created', { name: made.name }));
          onClose();
          onDone?.(made.id);
        },
      });
    } else if (!Object.keys(patch).length) onClose();
    else {
      const shown = {
        ...('assigned_to' in patch ? ownerName(patch.assigned_to ?? null) : {}),
        ...('custom' in patch ? { custom: custom.merged() } : {}),
      };
      update.mutate({ client, patch, shown }, { onError: failed, onSuccess: () => onClose() });
    }
  };
  const ownerName = (id: string | null) => ({
    assigned_to_name: owners.find((o) => o.value === id)?.label ?? null,
  });
  const text = (field: Field, more: object = {}) => ({
    label: t(`clients.field.${field}`),
    disabled: locked(field),
    description: locked(field) ? lockedHint(field) : undefined,
    ...form.getInputProps(field),
    ...more,
  });
  const lockedHint = (field: string) =>
    t(client?.hidden?.includes(field) ? 'reveal.hiddenHint' : 'reveal.maskedHint');
  const optional = (field: Field) => <OptionalLabel>{t(`clients.field.${field}`)}</OptionalLabel>;

  return (
    <FormDrawer
      opened={opened}
      title={client ? t('clients.editTitle', { name: client.name }) : t('clients.add')}
      submit={client ? t('components.save') : t('clients.create')}
      busy={busy}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <Group grow gap="md" align="start" wrap="nowrap">
        <TextInput {...text('first_name')} data-autofocus autoComplete="off" />
        <TextInput {...text('last_name')} autoComplete="off" />
      </Group>
      <TextInput {...text('email')} type="email" dir="ltr" autoComplete="off" />
      <TextInput {...text('phone', { label: optional('phone') })} type="tel" dir="ltr" autoComplete="off" />
      {!client && <LooksLike values={form.values} />}
      <Group grow gap="md" align="start" wrap="nowrap">
        <Select
          {...text('country', { label: optional('country') })}
          value={form.values.country || null}
          onChange={(v) => form.setFieldValue('country', v ?? '')}
          data={countries}
          searchable
          clearable
          nothingFoundMessage={t('components.noMatch')}
        />
        <Select
          {...text('language', { label: optional('language') })}
          value={form.values.language || null}
          onChange={(v) => form.setFieldValue('language', v ?? '')}
          data={languages}
          searchable
          clearable
          nothingFoundMessage={t('components.noMatch')}
        />
      </Group>
      <Group grow gap="md" align="start" wrap="nowrap">
        <TextInput
          {...text('date_of_birth', { label: optional('date_of_birth') })}
          // a masked date is no date: a date input would show it as empty
          type={locked('date_of_birth') ? 'text' : 'date'}
        />
        <TextInput {...text('source', { label: optional('source') })} autoComplete="off" />
      </Group>
      <Textarea {...text('address', { label: optional('address') })} autosize minRows={2} maxRows={4} />
      <Select
        {...text('status', { label: client ? t('clients.field.status') : optional('status') })}
        value={form.values.status || null}
        onChange={(v) => form.setFieldValue('status', v ?? '')}
        data={statuses.options}
        allowDeselect={!client}
      />
      {can('clients.assign') && owners.length > 0 && (
        <Select
          {...text('assigned_to', {
            label: <OptionalLabel>{t('clients.field.assigned_to_name')}</OptionalLabel>,
          })}
          value={form.values.assigned_to || null}
          onChange={(v) => form.setFieldValue('assigned_to', v ?? '')}
          data={owners}
          searchable
          clearable
          nothingFoundMessage={t('components.noMatch')}
        />
      )}
      <TagInput
        size="sm"
        label={optional('tags')}
        name="tags"
        error={form.errors.tags}
        value={splitTags(form.values.tags)}
        onChange={(tags) => form.setFieldValue('tags', tags.join(', '))}
      />
      <CustomInputs {...custom.inputs} />
    </FormDrawer>
  );
}
