import { Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { errorText, FormDrawer, Notice, OptionalLabel } from '@/components';
import { CUSTOM_TYPES, type CustomEntity, type CustomFieldOut, customFieldsQuery } from '@/data/customFields';
import { useUndoOffer } from '@/data/undo';
import { applyServerErrors, fieldText, focusFirstInvalid } from '@/lib/forms';
import { isKey, optionsProblem, suggestKey } from './keys';
import { newOption, OptionsEditor } from './OptionsEditor';
import { useCreateField, useUpdateField } from './query';
import { bodyOf, hasOptions, patchOf, type Values, valuesOf } from './values';

const FIELDS = ['label', 'key', 'type', 'required', 'help', 'options'] as const;
type Props = {
  entity: CustomEntity;
  field?: CustomFieldOut;
  taken: string[];
  opened: boolean;
  onClose: () => void;
};

export function FieldDrawer({ entity, field, taken, opened, onClose }: Props) {
  const { t } = useTranslation();
  const create = useCreateField(entity);
  const update = useUpdateField(entity);
  const offerUndo = useUndoOffer();
  const [failure, setFailure] = useState<unknown>(null);
  const [ownKey, setOwnKey] = useState(false);
  const form = useForm<Values>({
    initialValues: valuesOf(field),
    validate: {
      label: (v) => (v.trim() ? null : t('customfields.needLabel')),
      key: (v) =>
        field || isKey(v)
          ? taken.includes(v)
            ? t('customfields.keyTaken')
            : null
          : t('customfields.badKey'),
      options: (v, all) => {
        const problem = hasOptions(all.type) ? optionsProblem(v) : null;
        return problem && t(`customfields.optionsProblem.${problem}`);
      },
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(valuesOf(field));
    form.reset();
    setFailure(null);
    setOwnKey(false);
  }, [opened]);

  const failed = (error: unknown) => {
    if (applyServerErrors(form, error, FIELDS)) return;
    // `options.2.label` and the like belong to the list of options
    const [, messages] =
      (isApiError(error) && Object.entries(error.fields).find(([key]) => key.startsWith('options'))) || [];
    if (messages?.[0]) form.setFieldError('options', fieldText(messages[0]));
    else setFailure(error);
  };
  const submit = (values: Values) => {
    setFailure(null);
    const done = {
      onError: failed,
      onSuccess: ({ undo_id }: { undo_id?: string | null }) => {
        onClose();
        offerUndo({
          message: t(field ? 'customfields.saved' : 'customfields.added', { name: values.label.trim() }),
          undoId: undo_id,
          refresh: [customFieldsQuery(entity).queryKey],
        });
      },
    };
    if (!field) return create.mutate({ entity, key: values.key, ...bodyOf(values) }, done);
    const patch = patchOf(field, values);
    if (!Object.keys(patch).length) return onClose();
    update.mutate({ id: field.id, patch }, done);
  };
  const { type, options } = form.values;
  return (
    <FormDrawer
      opened={opened}
      title={field ? t('customfields.editTitle', { name: field.label }) : t(`customfields.addTo.${entity}`)}
      submit={field ? t('components.save') : t('customfields.create')}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('customfields.label')}
        data-autofocus
        autoComplete="off"
        {...form.getInputProps('label')}
        onChange={(e) => {
          const label = e.currentTarget.value;
          form.setFieldValue('label', label);
          if (!field && !ownKey) form.setFieldValue('key', label.trim() ? suggestKey(label, taken) : '');
        }}
      />
      <TextInput
        label={t('customfields.key')}
        description={t(field ? 'customfields.keyFixed' : 'customfields.keyHelp')}
        dir="ltr"
        autoComplete="off"
        spellCheck={false}
        disabled={Boolean(field)}
        {...form.getInputProps('key')}
        onChange={(e) => {
          setOwnKey(true);
          form.setFieldValue('key', e.currentTarget.value);
        }}
      />
      <Select
        label={t('customfields.type')}
        description={field ? t('customfields.typeFixed') : undefined}
        disabled={Boolean(field)}
        allowDeselect={false}
        data={CUSTOM_TYPES.map((value) => ({ value, label: t(`customfields.types.${value}`) }))}
        {...form.getInputProps('type')}
        onChange={(v) => {
          if (!v) return;
          form.setFieldValue('type', v as Values['type']);
          if (hasOptions(v as Values['type']) && !options.length)
            form.setFieldValue('options', [newOption(), newOption()]);
        }}
      />
      {hasOptions(type) && (
        <OptionsEditor
          options={options}
          error={typeof form.errors.options === 'string' ? form.errors.options : undefined}
          onChange={(v) => {
            form.setFieldValue('options', v);
            form.clearFieldError('options');
          }}
        />
      )}
      <Switch
        label={t('customfields.required')}
        description={t('customfields.requiredHelp')}
        {...form.getInputProps('required', { type: 'checkbox' })}
      />
      <Textarea
        label={<OptionalLabel>{t('customfields.help')}</OptionalLabel>}
        description={t('customfields.helpHelp')}
        autosize
        minRows={2}
        maxRows={4}
        {...form.getInputProps('help')}
      />
    </FormDrawer>
  );
}
