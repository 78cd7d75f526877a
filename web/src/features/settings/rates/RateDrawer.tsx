import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExchangeRate } from '@/api/sales';
import { errorText, FormDrawer, Notice, toast } from '@/components';
import { applyServerErrors, focusFirstInvalid } from '@/lib/forms';
import { useSaveRate } from './query';
import { plain } from './RatesPage';

const FIELDS = ['currency', 'rate', 'day'] as const;

/** What one unit of a currency is worth, from a day on. */
export function RateDrawer({ rate, onClose }: { rate: Partial<ExchangeRate>; onClose: () => void }) {
  const { t } = useTranslation();
  const save = useSaveRate();
  const [failure, setFailure] = useState<unknown>(null);
  const form = useForm({
    initialValues: {
      currency: rate.currency ?? '',
      rate: rate.rate ? plain(rate.rate) : '',
      day: rate.day ?? new Date().toISOString().slice(0, 10),
    },
    validate: {
      currency: (v) => (/^[A-Za-z]{3,5}$/.test(v.trim()) ? null : t('deals.need.currency')),
      rate: (v) =>
        /^\d{1,12}([.,]\d{1,12})?$/.test(v.trim()) && Number(v.replace(',', '.')) > 0
          ? null
          : t('rates.needRate'),
      day: (v) => (v ? null : t('rates.needDay')),
    },
  });
  const submit = (values: typeof form.values) => {
    setFailure(null);
    const currency = values.currency.trim().toUpperCase();
    save.mutate(
      { currency, rate: values.rate.trim().replace(',', '.'), day: values.day },
      {
        onError: (e) => {
          if (!applyServerErrors(form, e, FIELDS)) setFailure(e);
        },
        onSuccess: () => {
          toast.done(t('rates.saved', { currency }));
          onClose();
        },
      },
    );
  };
  return (
    <FormDrawer
      opened
      title={rate.day ? t('rates.editTitle', { currency: rate.currency }) : t('rates.add')}
      submit={t('components.save')}
      busy={save.isPending}
      onClose={onClose}
      onSubmit={form.onSubmit(submit, () => focusFirstInvalid())}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('rates.currency')}
        placeholder="USD"
        maxLength={5}
        dir="ltr"
        disabled={Boolean(rate.currency)}
        autoComplete="off"
        data-autofocus={rate.currency ? undefined : true}
        {...form.getInputProps('currency')}
      />
      <TextInput
        label={t('rates.rate')}
        description={t('rates.rateHelp')}
        placeholder="1.0834"
        inputMode="decimal"
        dir="ltr"
        autoComplete="off"
        data-autofocus={rate.currency ? true : undefined}
        {...form.getInputProps('rate')}
      />
      <TextInput
        type="date"
        label={t('rates.day')}
        description={t('rates.dayHelp')}
        disabled={Boolean(rate.day)}
        {...form.getInputProps('day')}
      />
    </FormDrawer>
  );
}
