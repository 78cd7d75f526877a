import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import type { MadeApiKey } from '@/api/types';
import { errorText, FormDrawer, Notice } from '@/components';
import { useRoleOptions } from '@/data/lookups';
import { applyServerErrors, focusFirstInvalid } from '@/lib/forms';
import c from './apikeys.module.css';
import { EXPIRIES, type Expiry, expiresAt } from './expiry';
import { useCreateApiKey } from './query';

type Props = { opened: boolean; onClose: () => void; onCreated: (key: MadeApiKey) => void };
const EMPTY = { name: '', role: '', expiry: '90' as Expiry };

export function ApiKeyDrawer({ opened, onClose, onCreated }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const roles = useRoleOptions();
  const create = useCreateApiKey();
  const [failure, setFailure] = useState<unknown>(null);
  const form = useForm({
    initialValues: EMPTY,
    validate: {
      name: (v) => (v.trim() ? null : t('apikeys.needName')),
      role: (v) => (v ? null : t('apikeys.needRole')),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    setFailure(null);
    form.reset();
  }, [opened]);
  const submit = (v: typeof EMPTY) => {
    setFailure(null);
    const ends = expiresAt(v.expiry);
    create.mutate(
      { name: v.name.trim(), role: v.role, ...(ends ? { expires_at: ends } : {}) },
      {
        onSuccess: onCreated,
        onError: (e) => {
          if (hasCode(e, 'role_beyond_own')) {
            form.setFieldError('role', t('apikeys.beyond'));
            focusFirstInvalid();
          } else if (!applyServerErrors(form, e, ['name', 'role'])) setFailure(e);
        },
      },
    );
  };
  return (
    <FormDrawer
      opened={opened}
      title={t('apikeys.create')}
      submit={t('apikeys.create')}
      busy={create.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('apikeys.field.name')}
        description={t('apikeys.nameHelp')}
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <Select
        label={t('apikeys.field.role')}
        description={t('apikeys.roleHelp')}
        data={roles}
        allowDeselect={false}
        {...form.getInputProps('role')}
        value={form.values.role || null}
      />
      <div role="group" aria-labelledby={id}>
        <span id={id} className={c.label}>
          {t('apikeys.field.expires')}
        </span>
        <SegmentedControl
          fullWidth
          classNames={{ root: c.segments }}
          data={EXPIRIES.map((value) => ({ value, label: t(`apikeys.expiry.${value}`) }))}
          value={form.values.expiry}
          onChange={(v) => form.setFieldValue('expiry', v as Expiry)}
        />
      </div>
      {form.values.expiry === 'never' && <Notice tone="warn">{t('apikeys.neverHelp')}</Notice>}
    </FormDrawer>
  );
}
