import { SegmentedControl, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText, FormDrawer, Notice, OptionalLabel, toast } from '@/components';
import { Markdown } from '@/components/markdown';
import { LOCALES } from '@/i18n';
import { applyServerErrors, focusFirstInvalid } from '@/lib/forms';
import shared from '../settings.module.css';
import { type Consent, useCreateConsent, useUpdateConsent } from './query';
import c from './registration.module.css';

type Values = { title: string; body: string; required: boolean; locale: string };
const FIELDS = ['title', 'body', 'locale'] as const;
const valuesOf = (x?: Consent): Values => ({
  title: x?.title ?? '',
  body: x?.body ?? '',
  required: x?.required ?? true,
  locale: x?.locale ?? '',
});

type Props = { consent?: Consent; opened: boolean; onClose: () => void };

/** A text to agree to. Other words make a new version; everybody who registers agrees to that one. */
export function ConsentDrawer({ consent, opened, onClose }: Props) {
  const { t } = useTranslation();
  const create = useCreateConsent();
  const update = useUpdateConsent();
  const [failure, setFailure] = useState<unknown>(null);
  const [view, setView] = useState('write');
  const form = useForm<Values>({
    initialValues: valuesOf(consent),
    validate: {
      title: (v) => (v.trim() ? null : t('registration.needTitle')),
      body: (v) => (v.trim() ? null : t('registration.needBody')),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    form.setInitialValues(valuesOf(consent));
    form.reset();
    setFailure(null);
    setView('write');
  }, [opened]);
  const { title, body } = form.values;
  const reworded = consent && (title.trim() !== consent.title || body.trim() !== consent.body);

  const submit = (values: Values) => {
    setFailure(null);
    const done = {
      onError: (error: unknown) => {
        if (!applyServerErrors(form, error, FIELDS)) setFailure(error);
      },
      onSuccess: (saved: Consent) => {
        onClose();
        toast.done(
          t(consent ? 'registration.saved' : 'registration.added', {
            name: saved.title,
            version: saved.version,
          }),
        );
      },
    };
    const words = { title: values.title.trim(), body: values.body.trim() };
    const rest = { required: values.required, locale: values.locale };
    if (consent)
      update.mutate({ id: consent.id, patch: { ...words, ...rest, version: consent.version } }, done);
    else create.mutate({ ...words, ...rest }, done);
  };
  return (
    <FormDrawer
      opened={opened}
      title={t(consent ? 'registration.editTitle' : 'registration.addTitle')}
      submit={t(reworded ? 'registration.publish' : consent ? 'components.save' : 'registration.add')}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => {
        setView('write');
        focusFirstInvalid();
      })}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      {reworded && <Notice>{t('registration.newVersion', { version: consent.version + 1 })}</Notice>}
      <TextInput
        label={t('registration.title')}
        description={t('registration.titleHelp')}
        data-autofocus
        autoComplete="off"
        maxLength={200}
        dir="auto"
        {...form.getInputProps('title')}
      />
      <div className={c.text}>
        <div className={c.textHead}>
          <span id="consent-text">{t('registration.body')}</span>
          <SegmentedControl
            size="xs"
            classNames={{ root: shared.segments }}
            aria-label={t('registration.view')}
            value={view}
            onChange={setView}
            data={[
              { value: 'write', label: t('registration.write') },
              { value: 'look', label: t('registration.preview') },
            ]}
          />
        </div>
        {view === 'write' ? (
          <Textarea
            aria-labelledby="consent-text"
            description={t('registration.bodyHelp')}
            autosize
            minRows={10}
            maxRows={22}
            maxLength={40_000}
            dir="auto"
            {...form.getInputProps('body')}
          />
        ) : (
          <div className={c.preview}>
            {body.trim() ? <Markdown source={body} /> : <p className="dim">{t('registration.empty')}</p>}
          </div>
        )}
      </div>
      <Switch
        label={t('registration.required')}
        description={t('registration.requiredHelp')}
        {...form.getInputProps('required', { type: 'checkbox' })}
      />
      <Select
        label={<OptionalLabel>{t('registration.locale')}</OptionalLabel>}
        description={t('registration.localeHelp')}
        clearable
        clearButtonProps={{ 'aria-label': t('general.clear') }}
        data={Object.entries(LOCALES).map(([value, { label }]) => ({ value, label }))}
        value={form.values.locale || null}
        error={form.errors.locale}
        onChange={(v) => form.setFieldValue('locale', v ?? '')}
      />
    </FormDrawer>
  );
}
