import {
  Button,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssignmentRule } from '@/api/types';
import { useFormat } from '@/app/ui';
import { errorText, FormDrawer, Notice, OptionalLabel, toast } from '@/components';
import { useCountryOptions } from '@/data/countries';
import { useLanguageOptions } from '@/data/languages';
import { useOwnerOptions, usePartnerOptions, useTeamOptions } from '@/data/lookups';
import { applyServerErrors, focusFirstInvalid } from '@/lib/forms';
import c from './assignment.module.css';
import { Shares } from './PreviewPanel';
import { type RuleEntity, useSaveRule, useTryRule } from './query';
import { bodyOf, type RuleValues, valuesOf } from './values';

const FIELDS = [
  'name',
  'countries',
  'languages',
  'sources',
  'partners',
  'users',
  'team_id',
  'max_open',
] as const;
type Props = { entity: RuleEntity; rule?: AssignmentRule; opened: boolean; onClose: () => void };

export function RuleDrawer({ entity, rule, opened, onClose }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const languages = useLanguageOptions();
  const countries = useCountryOptions();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const partners = usePartnerOptions();
  const save = useSaveRule();
  const trial = useTryRule();
  const [failure, setFailure] = useState<unknown>(null);
  const form = useForm<RuleValues>({
    initialValues: valuesOf(rule),
    validate: {
      name: (v) => (v.trim() ? null : t('assignment.needName')),
      users: (v, all) => (all.to === 'users' && !v.length ? t('assignment.needUsers') : null),
      team_id: (v, all) => (all.to === 'team' && !v ? t('assignment.needTeam') : null),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(valuesOf(rule));
    form.reset();
    trial.reset();
    setFailure(null);
  }, [opened]);
  const failed = (error: unknown) => {
    if (!applyServerErrors(form, error, FIELDS)) setFailure(error);
  };
  const submit = (values: RuleValues) => {
    setFailure(null);
    const body = bodyOf(values);
    save.mutate(
      { id: rule?.id, body: rule ? body : { ...body, entity } },
      {
        onError: failed,
        onSuccess: () => {
          onClose();
          toast.done(t('assignment.saved', { name: values.name.trim() }));
        },
      },
    );
  };
  const test = (values: RuleValues) => {
    setFailure(null);
    trial.mutate({ entity, rule: bodyOf(values), rule_id: rule?.id }, { onError: failed });
  };
  const { to } = form.values;
  const many = {
    size: 'sm',
    searchable: true,
    clearable: true,
    nothingFoundMessage: t('components.noMatch'),
  } as const;
  const options = (list: { value: string; label: string }[]) =>
    list.map((o) => ({ value: o.value, label: o.label }));
  return (
    <FormDrawer
      opened={opened}
      title={rule ? t('assignment.editTitle', { name: rule.name }) : t(`assignment.addTo.${entity}`)}
      submit={rule ? t('components.save') : t('assignment.create')}
      busy={save.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('assignment.name')}
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <fieldset className={c.group}>
        <legend>{t('assignment.when')}</legend>
        <p className={c.hint}>{t('assignment.whenHelp')}</p>
        <MultiSelect
          {...many}
          label={t('assignment.countries')}
          data={options(countries)}
          {...form.getInputProps('countries')}
        />
        <TagsInput
          size="sm"
          label={t('assignment.sources')}
          description={t('assignment.sourcesHelp')}
          acceptValueOnBlur
          {...form.getInputProps('sources')}
        />
        {entity === 'lead' && (
          <>
            <MultiSelect
              {...many}
              label={t('assignment.languages')}
              data={languages}
              {...form.getInputProps('languages')}
            />
            {partners.length > 0 && (
              <MultiSelect
                {...many}
                label={t('assignment.partners')}
                data={options(partners)}
                {...form.getInputProps('partners')}
              />
            )}
          </>
        )}
      </fieldset>
      <fieldset className={c.group}>
        <legend>{t('assignment.then')}</legend>
        <SegmentedControl
          size="xs"
          aria-label={t('assignment.then')}
          data={[
            { value: 'users', label: t('assignment.toUsers') },
            { value: 'team', label: t('assignment.toTeam') },
          ]}
          {...form.getInputProps('to')}
        />
        {to === 'users' ? (
          <MultiSelect
            {...many}
            label={t('bulk.among')}
            data={options(owners)}
            {...form.getInputProps('users')}
          />
        ) : (
          <Select {...many} label={t('bulk.team')} data={options(teams)} {...form.getInputProps('team_id')} />
        )}
        <Select
          size="sm"
          label={t('bulk.by')}
          allowDeselect={false}
          description={t(`assignment.methodHelp.${form.values.method}`)}
          data={['round_robin', 'load'].map((value) => ({ value, label: t(`bulk.method.${value}`) }))}
          {...form.getInputProps('method')}
        />
        <NumberInput
          size="sm"
          label={<OptionalLabel>{t('assignment.maxOpen')}</OptionalLabel>}
          description={t('assignment.maxOpenHelp')}
          min={1}
          max={1_000_000}
          allowDecimal={false}
          {...form.getInputProps('max_open')}
        />
      </fieldset>
      <div className={c.trial}>
        <Button
          variant="default"
          size="sm"
          loading={trial.isPending}
          onClick={() => form.onSubmit(test, () => focusFirstInvalid())()}
        >
          {t('assignment.try')}
        </Button>
        <div role="status">
          {trial.data &&
            (trial.data.total ? (
              <>
                <p className={c.hint}>
                  {t(`assignment.previewOf.${entity}`, {
                    count: trial.data.total,
                    n: f.int(trial.data.total),
                    days: f.int(trial.data.days),
                  })}
                </p>
                <Shares preview={trial.data} mark={form.values.name.trim()} />
              </>
            ) : (
              <p className={c.hint}>{t(`assignment.noneCame.${entity}`)}</p>
            ))}
        </div>
      </div>
    </FormDrawer>
  );
}
