import { Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { Partner } from '@/api/types';
import { CopyButton, errorText, FormDrawer, Notice, OptionalLabel, toast } from '@/components';
import { applyServerErrors, focusFirstInvalid, isEmail } from '@/lib/forms';

type Values = { name: string; email: string; approved: boolean };
type Props = { opened: boolean; partner?: Partner; onClose: () => void };
const valuesOf = (p?: Partner): Values => ({
  name: p?.name ?? '',
  email: p?.email ?? '',
  approved: p?.approved ?? false,
});

export function PartnerDrawer({ opened, partner, onClose }: Props) {
  const { t } = useTranslation();
  const qc = useQueryClient();
  const [shown, setShown] = useState(partner);
  const [failure, setFailure] = useState<unknown>(null);
  const form = useForm<Values>({
    initialValues: valuesOf(partner),
    validateInputOnBlur: true,
    validate: {
      name: (v) => (v.trim() ? null : t('partners.needName')),
      email: (v) => (!v.trim() || isEmail(v) ? null : t('partners.needEmail')),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    setShown(partner);
    setFailure(null);
    form.setInitialValues(valuesOf(partner));
    form.reset();
  }, [opened]);
  const save = useMutation({
    meta: { silent: true },
    mutationFn: async (v: Values) => {
      const body = { name: v.name.trim(), email: v.email.trim() || null, approved: v.approved };
      if (shown) return api.patch('/partners/{id}', { path: { id: shown.id }, body });
      const made = await api.post('/partners', { body: { name: body.name, email: body.email } });
      return v.approved && !made.approved
        ? api.patch('/partners/{id}', { path: { id: made.id }, body: { approved: true } })
        : made;
    },
    onSuccess: (p) => {
      void qc.invalidateQueries({ queryKey: ['partners'] });
      toast.done(t(shown ? 'partners.saved' : 'partners.created', { name: p.name }));
      onClose();
    },
    onError: (e) => {
      if (!applyServerErrors(form, e, ['name', 'email', 'approved'])) setFailure(e);
    },
  });
  return (
    <FormDrawer
      opened={opened}
      title={shown ? t('partners.editTitle', { name: shown.name }) : t('partners.add')}
      submit={shown ? t('components.save') : t('partners.create')}
      busy={save.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(
        (v) => save.mutate(v),
        () => focusFirstInvalid(),
      )}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('partners.field.name')}
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <TextInput
        label={<OptionalLabel>{t('partners.field.email')}</OptionalLabel>}
        type="email"
        dir="ltr"
        autoComplete="off"
        {...form.getInputProps('email')}
      />
      <Switch
        label={t('partners.approvedLabel')}
        description={t('partners.approvedHelp')}
        {...form.getInputProps('approved', { type: 'checkbox' })}
      />
      {shown?.approved && (
        <Notice>
          {t('partners.linkIs')}
          <br />
          <bdi dir="ltr">{shown.form_url}</bdi>
          <br />
          <CopyButton value={shown.form_url} label={t('partners.copy')} />
        </Notice>
      )}
    </FormDrawer>
  );
}
