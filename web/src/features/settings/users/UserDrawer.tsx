import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import type { User } from '@/api/types';
import { errorText, FormDrawer, Notice, OptionalLabel, toast } from '@/components';
import { useRoleOptions, useTeamOptions } from '@/data/lookups';
import { applyServerErrors, focusFirstInvalid, isEmail } from '@/lib/forms';
import { useCreateUser, useUpdateUser } from './query';

type Values = { name: string; email: string; role: string; team_id: string };
const FIELDS = ['name', 'email', 'role', 'team_id'] as const;
const valuesOf = (u?: User): Values => ({
  name: u?.name ?? '',
  email: u?.email ?? '',
  role: u?.role_name ?? '',
  team_id: u?.team_id ?? '',
});

export function UserDrawer({ opened, user, onClose }: { opened: boolean; user?: User; onClose: () => void }) {
  const { t } = useTranslation();
  const roles = useRoleOptions();
  const teams = useTeamOptions();
  const create = useCreateUser();
  const update = useUpdateUser(true);
  const [shown, setShown] = useState(user);
  const [failure, setFailure] = useState<unknown>(null);
  const form = useForm<Values>({
    initialValues: valuesOf(user),
    validateInputOnBlur: true,
    validate: {
      name: (v) => (v.trim() ? null : t('settings.users.needName')),
      email: (v) => (isEmail(v) ? null : t('settings.users.needEmail')),
      role: (v) => (v ? null : t('settings.users.needRole')),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    setShown(user);
    setFailure(null);
    form.setInitialValues(valuesOf(user));
    form.reset();
  }, [opened]);
  const onError = (e: unknown) => {
    if (hasCode(e, 'role_beyond_own')) {
      form.setFieldError('role', t('users.beyond'));
      focusFirstInvalid();
    } else if (!applyServerErrors(form, e, FIELDS)) setFailure(e);
  };
  const submit = (v: Values) => {
    setFailure(null);
    const common = { name: v.name.trim(), role: v.role, team_id: v.team_id || null };
    if (shown)
      update.mutate(
        { id: shown.id, patch: common },
        {
          onError,
          onSuccess: () => {
            toast.done(t('settings.users.saved', { name: common.name }));
            onClose();
          },
        },
      );
    else {
      const email = v.email.trim();
      create.mutate(
        { ...common, email },
        {
          onError,
          onSuccess: () => {
            toast.done(t('settings.users.invited', { email }));
            onClose();
          },
        },
      );
    }
  };
  return (
    <FormDrawer
      opened={opened}
      title={shown ? t('settings.users.editTitle', { name: shown.name }) : t('settings.users.invite')}
      submit={shown ? t('components.save') : t('settings.users.send')}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('settings.users.field.name')}
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('settings.users.field.email')}
        type="email"
        dir="ltr"
        autoComplete="off"
        disabled={Boolean(shown)}
        {...form.getInputProps('email')}
      />
      <Select
        label={t('settings.users.field.role_name')}
        data={roles}
        allowDeselect={false}
        {...form.getInputProps('role')}
        value={form.values.role || null}
      />
      <Select
        label={<OptionalLabel>{t('settings.users.field.team_name')}</OptionalLabel>}
        data={teams}
        clearable
        value={form.values.team_id || null}
        onChange={(v) => form.setFieldValue('team_id', v ?? '')}
        error={form.errors.team_id}
      />
      {!shown && <Notice>{t('settings.users.inviteHelp')}</Notice>}
    </FormDrawer>
  );
}
