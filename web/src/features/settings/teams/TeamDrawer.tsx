import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { Team } from '@/api/types';
import { errorText, FormDrawer, Notice, OptionalLabel, toast } from '@/components';
import { useOwnerOptions } from '@/data/lookups';
import { applyServerErrors, focusFirstInvalid } from '@/lib/forms';
import { possibleParents } from './tree';

type Values = { name: string; parent_id: string; leader_id: string };
type Props = { opened: boolean; team?: Team; teams: Team[]; onClose: () => void };
const valuesOf = (x?: Team): Values => ({
  name: x?.name ?? '',
  parent_id: x?.parent_id ?? '',
  leader_id: x?.leader_id ?? '',
});

export function TeamDrawer({ opened, team, teams, onClose }: Props) {
  const { t } = useTranslation();
  const qc = useQueryClient();
  const owners = useOwnerOptions();
  const [shown, setShown] = useState(team);
  const [failure, setFailure] = useState<unknown>(null);
  const form = useForm<Values>({
    initialValues: valuesOf(team),
    validate: { name: (v) => (v.trim() ? null : t('settings.teams.needName')) },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    setShown(team);
    setFailure(null);
    form.setInitialValues(valuesOf(team));
    form.reset();
  }, [opened]);
  const save = useMutation({
    meta: { silent: true },
    mutationFn: (v: Values) => {
      const body = {
        name: v.name.trim(),
        parent_id: v.parent_id || null,
        leader_id: v.leader_id || null,
      };
      return shown
        ? api.patch('/teams/{id}', { path: { id: shown.id }, body })
        : api.post('/teams', { body });
    },
    onSuccess: (x) => {
      void qc.invalidateQueries({ queryKey: ['teams'] });
      toast.done(t('settings.teams.saved', { name: x.name }));
      onClose();
    },
    onError: (e) => {
      if (!applyServerErrors(form, e, ['name', 'parent_id', 'leader_id'])) setFailure(e);
    },
  });
  const select = (field: 'parent_id' | 'leader_id') => ({
    label: <OptionalLabel>{t(`settings.teams.field.${field}`)}</OptionalLabel>,
    value: form.values[field] || null,
    onChange: (v: string | null) => form.setFieldValue(field, v ?? ''),
    error: form.errors[field],
    clearable: true,
    searchable: true,
    nothingFoundMessage: t('components.noMatch'),
  });
  return (
    <FormDrawer
      opened={opened}
      title={shown ? t('settings.teams.editTitle', { name: shown.name }) : t('settings.teams.add')}
      submit={shown ? t('components.save') : t('settings.teams.create')}
      busy={save.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(
        (v) => save.mutate(v),
        () => focusFirstInvalid(),
      )}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('settings.teams.field.name')}
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <Select
        {...select('parent_id')}
        data={possibleParents(teams, shown?.id).map((x) => ({ value: x.id, label: x.name }))}
      />
      <Select {...select('leader_id')} data={owners} />
    </FormDrawer>
  );
}
