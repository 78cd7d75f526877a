import { Group, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact, ContactPatch } from '@/api/sales';
import { errorText, FormDrawer, isProtected, Notice, OptionalLabel, toast } from '@/components';
import { CustomInputs, useCustomForm } from '@/components/custom';
import { RecordPicker } from '@/components/explain/RecordPicker';
import { useOwnerOptions } from '@/data/lookups';
import { applyServerErrors, focusFirstInvalid, isEmail } from '@/lib/forms';
import { useCan } from '@/session/session';
import { useContactStatuses } from './filters';
import { useCreateContact, useUpdateContact } from './query';

const FIELDS = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'company',
  'job_title',
  'status',
  'source',
  'client_id',
  'assigned_to',
  'description',
] as const;
type Field = (typeof FIELDS)[number];
type Values = Record<Field, string> & { is_primary: boolean };
type Linked = { id: string; label: string };
type Props = {
  opened: boolean;
  contact?: Contact;
  /** Whose contact it will be. */
  client?: Linked;
  onClose: () => void;
  onDone?: (id: string) => void;
};

const valuesOf = (contact: Contact | undefined, client?: Linked): Values => ({
  ...(Object.fromEntries(FIELDS.map((k) => [k, contact?.[k] ?? ''])) as Record<Field, string>),
  client_id: contact?.client_id ?? client?.id ?? '',
  status: contact?.status ?? 'lead',
  is_primary: contact?.is_primary ?? false,
});

export function ContactDrawer({ opened, contact, client, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const owners = useOwnerOptions();
  const statuses = useContactStatuses();
  const create = useCreateContact();
  const update = useUpdateContact();
  const custom = useCustomForm('contact', Boolean(contact), contact?.custom);
  const [failure, setFailure] = useState<unknown>(null);
  const [linked, setLinked] = useState<Linked | null>(null);
  const locked = (field: string) => isProtected(contact, field);
  const form = useForm<Values>({
    initialValues: valuesOf(contact, client),
    validateInputOnBlur: true,
    validate: {
      first_name: (v) => (v.trim() ? null : t('contacts.need.first_name')),
      last_name: (v) => (v.trim() ? null : t('contacts.need.last_name')),
      email: (v) => (!v.trim() || locked('email') || isEmail(v) ? null : t('contacts.need.email')),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(valuesOf(contact, client));
    form.reset();
    custom.reset();
    setFailure(null);
    setLinked(
      contact?.client_id ? { id: contact.client_id, label: contact.client_name ?? '' } : (client ?? null),
    );
  }, [opened]);

  const onError = (error: unknown) => {
    const shown = [custom.refused(error), applyServerErrors(form, error, FIELDS)];
    if (!shown.some(Boolean)) setFailure(error);
  };
  const submit = (values: Values) => {
    setFailure(null);
    if (!custom.check()) return;
    const before = contact ? valuesOf(contact) : null;
    const changed = Object.fromEntries(
      FIELDS.flatMap((k) => {
        const value = values[k].trim();
        return value === (before?.[k].trim() ?? '') ? [] : [[k, value || null]];
      }),
    );
    const primary = values.client_id && values.is_primary && !before?.is_primary ? { is_primary: true } : {};
    const patch = { ...changed, ...primary, ...custom.patch() } as ContactPatch;
    if (!contact)
      create.mutate(patch, {
        onError,
        onSuccess: (made) => {
          toast.done(t('contacts.created', { name: made.name }));
          onClose();
          onDone?.(made.id);
        },
      });
    else if (Object.keys(patch).length) update.mutate({ contact, patch }, { onError, onSuccess: onClose });
    else onClose();
  };
  const text = (field: Field, optional = true) => ({
    label: optional ? (
      <OptionalLabel>{t(`contacts.field.${field}`)}</OptionalLabel>
    ) : (
      t(`contacts.field.${field}`)
    ),
    disabled: locked(field),
    description: locked(field)
      ? t(contact?.hidden?.includes(field) ? 'reveal.hiddenHint' : 'reveal.maskedHint')
      : undefined,
    autoComplete: 'off',
    ...form.getInputProps(field),
  });
  return (
    <FormDrawer
      opened={opened}
      title={contact ? t('contacts.editTitle', { name: contact.name }) : t('contacts.add')}
      submit={contact ? t('components.save') : t('contacts.create')}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <Group grow gap="md" align="start" wrap="nowrap">
        <TextInput {...text('first_name', false)} dir="auto" data-autofocus />
        <TextInput {...text('last_name', false)} dir="auto" />
      </Group>
      <TextInput {...text('email')} type="email" dir="ltr" />
      <TextInput {...text('phone')} type="tel" dir="ltr" />
      <Group grow gap="md" align="start" wrap="nowrap">
        <TextInput {...text('company')} dir="auto" />
        <TextInput {...text('job_title')} dir="auto" />
      </Group>
      {can('clients.read') && (
        <RecordPicker
          type="client"
          label={t('contacts.field.client_id')}
          clearable
          value={linked}
          error={form.errors.client_id}
          onPick={(picked) => {
            setLinked(picked);
            form.setFieldValue('client_id', picked?.id ?? '');
          }}
        />
      )}
      {form.values.client_id && !contact?.is_primary && (
        <Switch
          label={t('contacts.primaryLabel')}
          description={t('contacts.primaryHelp')}
          checked={form.values.is_primary}
          onChange={(e) => form.setFieldValue('is_primary', e.currentTarget.checked)}
        />
      )}
      <Group grow gap="md" align="start" wrap="nowrap">
        <Select
          {...text('status', false)}
          data={statuses.map(({ value, label }) => ({ value, label }))}
          allowDeselect={false}
        />
        <TextInput {...text('source')} dir="auto" />
      </Group>
      {can('contacts.assign') && owners.length > 0 && (
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
      <Textarea {...text('description')} dir="auto" autosize minRows={2} maxRows={8} />
      <CustomInputs {...custom.inputs} />
    </FormDrawer>
  );
}
