import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { type CaptchaKind, publicApi } from '@/api/public';
import { OptionalLabel } from '@/components';
import { useCaptcha } from '@/components/captcha';
import { Failure } from '@/components/onboarding/Failure';
import { countryOptions, findCountries } from '@/lib/countries';
import { focusFirstInvalid, pickErrors } from '@/lib/forms';
import c from './LeadForm.module.css';
import { checkLead, EMPTY_LEAD, LEAD_FIELDS, type LeadErrors, type LeadValues, leadBody } from './lead';

export function LeadForm({
  partnerId,
  company,
  captcha: asked,
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
  const [values, setValues] = useState<LeadValues>(EMPTY_LEAD);
  const [errors, setErrors] = useState<LeadErrors>({});
  const form = useRef<HTMLFormElement>(null);
  const countries = useMemo(() => countryOptions(i18n.language), [i18n.language]);
  const [busy, setBusy] = useState(false);
  const [captchaError, setCaptchaError] = useState<string>();
  const captcha = useCaptcha(asked, busy, captchaError);
  const send = useMutation({
    meta: { silent: true },
    mutationFn: async () => {
      setBusy(true);
      const answer = await captcha.take();
      return publicApi.lead({ ...leadBody(values, partnerId), ...(answer ? { captcha: answer } : {}) });
    },
    onSettled: () => setBusy(false),
    onSuccess: () => onSent(values.first_name.trim()),
    onError: (error) => {
      if (hasCode(error, 'partner_not_found') || hasCode(error, 'form_closed')) onGone();
      else if (isApiError(error)) {
        if ('captcha' in error.fields) setCaptchaError(t('captcha.failed'));
        refuse(pickErrors(error.fields, LEAD_FIELDS));
      }
    },
  });
  const refuse = (found: LeadErrors) => {
    setErrors(found);
    focusFirstInvalid(form.current?.parentElement ?? document);
  };
  const set = (patch: Partial<LeadValues>) => {
    setValues((old) => ({ ...old, ...patch }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([k]) => !(k in patch))));
  };
  /** Each field is judged when it is left, not while it is being typed. */
  const leave = (field: keyof LeadValues) => () => {
    const found = checkLead(values)[field];
    if (found && values[field]) setErrors((old) => ({ ...old, [field]: found }));
  };
  const text = (field: keyof LeadValues) =>
    errors[field] ? t(`publicform.error.${errors[field]}`, { defaultValue: errors[field] }) : undefined;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const found = checkLead(values);
    setCaptchaError(undefined);
    if (Object.keys(found).length) refuse(found);
    else if (captcha.waiting) setCaptchaError(t('captcha.solve'));
    else send.mutate();
  };
  return (
    <form ref={form} className={c.fields} onSubmit={submit} onFocus={captcha.begin} noValidate>
      <div className={c.two}>
        <TextInput
          size="md"
          name="first_name"
          label={t('publicform.firstName')}
          autoComplete="given-name"
          maxLength={100}
          value={values.first_name}
          onChange={(e) => set({ first_name: e.currentTarget.value })}
          error={text('first_name')}
        />
        <TextInput
          size="md"
          name="last_name"
          label={t('publicform.lastName')}
          autoComplete="family-name"
          maxLength={100}
          value={values.last_name}
          onChange={(e) => set({ last_name: e.currentTarget.value })}
          error={text('last_name')}
        />
      </div>
      <TextInput
        size="md"
        name="email"
        type="email"
        inputMode="email"
        label={t('publicform.email')}
        autoComplete="email"
        maxLength={254}
        classNames={{ input: c.ltr }}
        value={values.email}
        onChange={(e) => set({ email: e.currentTarget.value })}
        onBlur={leave('email')}
        error={text('email')}
      />
      <Select
        size="md"
        name="country"
        label={<OptionalLabel>{t('publicform.country')}</OptionalLabel>}
        placeholder={t('publicform.countryPick')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('publicform.countryClear') }}
        data={countries}
        filter={({ options, search }) => findCountries(options as { value: string; label: string }[], search)}
        value={values.country}
        onChange={(country) => set({ country })}
        nothingFoundMessage={t('publicform.countryNone')}
        maxDropdownHeight={280}
        autoComplete="off"
        error={text('country')}
      />
      <TextInput
        size="md"
        name="phone"
        type="tel"
        inputMode="tel"
        label={<OptionalLabel>{t('publicform.phone')}</OptionalLabel>}
        autoComplete="tel"
        maxLength={40}
        classNames={{ input: c.ltr }}
        value={values.phone}
        onChange={(e) => set({ phone: e.currentTarget.value })}
        onBlur={leave('phone')}
        error={text('phone')}
      />
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
        error={text('message')}
      />
      {captcha.element}
      {!Object.keys(errors).length && !captchaError && <Failure error={send.error} />}
      <Button type="submit" size="lg" fz={14} loading={send.isPending}>
        {t('publicform.submit')}
      </Button>
      <p className={c.note}>{t('publicform.note', { company })}</p>
    </form>
  );
}
