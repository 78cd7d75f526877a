import { Group, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lead, LeadPatch } from '@/api/types';
import { errorText, FormDrawer, isProtected, Notice, OptionalLabel, toast } from '@/components';
import { CustomInputs, useCustomForm } from '@/components/custom';
import { useCountryOptions } from '@/data/countries';
import { useOwnerOptions, usePartnerOptions, useStatuses } from '@/data/lookups';
import { applyServerErrors, focusFirstInvalid, isEmail } from '@/lib/forms';
import { useCan } from '@/session/session';
import { LooksLike } from '../duplicates';
import { useCreateLead, useUpdateLead } from './query';

const FIELDS = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'country',
  'status',
  'source',
  'partner_id',
  'assigned_to',
  'message',
] as const;
type Field = (typeof FIELDS)[number];
type Values = Record<Field, string>;
type Props = { opened: boolean; lead?: Lead; onClose: () => void; onDone?: (id: string) => void };

const valuesOf = (lead: Lead | undefined): Values =>
  Object.fromEntries(FIELDS.map((k) => [k, lead?.[k] ?? ''])) as Values;

function changed(before: Values, after: Values): LeadPatch {
  const out: Record<string, string | null> = {};
  for (const key of FIELDS)
    if (after[key].trim() !== before[key].trim()) out[key] = after[key].trim() || null;
  return out as LeadPatch;
}

export function LeadDrawer({ opened, lead, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const countries = useCountryOptions();
  const statuses = useStatuses('lead');
  const owners = useOwnerOptions();
  const partners = usePartnerOptions();
  const create = useCreateLead();
  const update = useUpdateLead();
  const [failure, setFailure] = useState<unknown>(null);
  const locked = (field: string) => isProtected(lead, field);
  const custom = useCustomForm('lead', Boolean(lead), lead?.custom);

  const form = useForm<Values>({
    initialValues: valuesOf(lead),
    validateInputOnBlur: true,
    validate: {
      first_name: (v) => (v.trim() ? null : t('leads.need.first_name')),
      last_name: (v) => (v.trim() ? null : t('leads.need.last_name')),
      email: (v) => (locked('email') || isEmail(v) ? null : t('leads.need.email')),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(valuesOf(lead));
    form.reset();
    custom.reset();
    setFailure(null);
  }, [opened]);

  const onError = (error: unknown) => {
    const shown = [custom.refused(error), applyServerErrors(form, error, FIELDS)];
    if (!shown.some(Boolean)) setFailure(error);
  };
  const submit = (values: Values) => {
    setFailure(null);
    if (!custom.check()) return;
    const patch: LeadPatch = { ...changed(valuesOf(lead), values), ...custom.patch() };
    if (!lead) {
      create.mutate(patch, {
        onError,
        onSuccess: (made) => {
          toast.done(t('leads.created', { name: made.name }));
          onClose();
          onDone?.(made.id);
        },
      });
    } else if (Object.keys(patch).length) update.mutate({ lead, patch }, { onError, onSuccess: onClose });
    else onClose();
  };
  const text = (field: Field, optional = false) => ({
    label: optional ? <OptionalLabel>{t(`leads.field.${field}`)}</OptionalLabel> : t(`leads.field.${field}`),
    disabled: locked(field),
    description: locked(field)
      ? t(lead?.hidden?.includes(field) ? 'reveal.hiddenHint' : 'reveal.maskedHint')
      : undefined,
    autoComplete: 'off',
    ...form.getInputProps(field),
  });
  const select = (field: Field, data: { value: string; label: string }[]) => ({
    ...text(field, true),
    value: form.values[field] || null,
    onChange: (v: string | null) => form.setFieldValue(field, v ?? ''),
    data,
    searchable: data.length > 8,
    clearable: true,
    nothingFoundMessage: t('components.noMatch'),
  });
  return (
    <FormDrawer
      opened={opened}
      title={lead ? t('leads.editTitle', { name: lead.name }) : t('leads.add')}
      submit={lead ? t('components.save') : t('leads.create')}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <Group grow gap="md" align="start" wrap="nowrap">
        <TextInput {...text('first_name')} data-autofocus />
        <TextInput {...text('last_name')} />
      </Group>
      <TextInput {...text('email')} type="email" dir="ltr" />
      <TextInput {...text('phone', true)} type="tel" dir="ltr" />
      {!lead && can('clients.create') && <LooksLike values={form.values} />}
      <Group grow gap="md" align="start" wrap="nowrap">
        <Select {...select('country', countries)} />
        <Select {...select('status', statuses.options)} />
      </Group>
      <Group grow gap="md" align="start" wrap="nowrap">
        <TextInput {...text('source', true)} />
        {!lead && partners.length > 0 && <Select {...select('partner_id', partners)} />}
      </Group>
      {can('leads.assign') && owners.length > 0 && <Select {...select('assigned_to', owners)} />}
      <Textarea {...text('message', true)} autosize minRows={2} maxRows={6} />
      <CustomInputs {...custom.inputs} />
    </FormDrawer>
  );
}
