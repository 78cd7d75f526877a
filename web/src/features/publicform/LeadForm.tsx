import { Button, Textarea } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { type CaptchaKind, publicApi } from '@/api/public';
import { OptionalLabel } from '@/components';
import { Failure } from '@/components/onboarding/Failure';
import { PersonFields, PhoneField, useVisitorForm } from '@/components/visitor';
import c from '@/components/visitor/visitor.module.css';
import { countryOptions } from '@/lib/countries';
import { pickErrors } from '@/lib/forms';
import { checkLead, EMPTY_LEAD, LEAD_FIELDS, leadBody } from './lead';

export function LeadForm({
  partnerId,
  company,
  captcha,
  onSent,
  onGone,
}: {
  partnerId: string | null;
  company: string;
  captcha?: CaptchaKind;
  onSent: (firstName: string) => void;
  /** The partner was withdrawn, or the form closed, while it was open. */
  onGone: () => void;
}) {
  const { t, i18n } = useTranslation();
  const countries = useMemo(() => countryOptions(i18n.language), [i18n.language]);
  const form = useVisitorForm({
    empty: EMPTY_LEAD,
    captcha,
    check: checkLead,
    send: (values, answer) =>
      publicApi.lead({
        ...leadBody(values, partnerId, navigator.language),
        ...(answer ? { captcha: answer } : {}),
      }),
    onSent: (values) => onSent(values.first_name.trim()),
    refused: (error) => {
      if (!hasCode(error, 'partner_not_found', 'form_closed')) return pickErrors(error.fields, LEAD_FIELDS);
      onGone();
      return null;
    },
  });
  const { values, errors, set, leave } = form;
  const error = (field: string) =>
    errors[field] ? t(`publicform.error.${errors[field]}`, { defaultValue: errors[field] }) : undefined;
  const person = { texts: 'publicform', values, set, leave, error };
  return (
    <form className={c.fields} {...form.form}>
      <PersonFields {...person} countries={countries} countryOptional />
      <PhoneField {...person} />
      <Textarea
        size="md"
        name="message"
        label={<OptionalLabel>{t('publicform.message')}</OptionalLabel>}
        autosize
        minRows={3}
        maxRows={8}
        maxLength={2000}
        value={values.message}
        onChange={(e) => set({ message: e.currentTarget.value })}
        error={error('message')}
      />
      {form.captcha}
      <Failure error={form.failure} />
      <Button type="submit" size="lg" fz={14} loading={form.sending}>
        {t('publicform.submit')}
      </Button>
      <p className={c.note}>{t('publicform.note', { company })}</p>
    </form>
  );
}
