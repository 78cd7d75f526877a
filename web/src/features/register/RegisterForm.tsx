import { Button, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { publicApi, type RegistrationForm } from '@/api/public';
import { OptionalLabel } from '@/components';
import { useCaptcha } from '@/components/captcha';
import { Failure } from '@/components/onboarding/Failure';
import { NewPasswordField } from '@/components/onboarding/NewPasswordField';
import { countryOptions, findCountries } from '@/lib/countries';
import { focusFirstInvalid } from '@/lib/forms';
import { ConsentChecks } from './ConsentChecks';
import c from './register.module.css';
import { bodyOf, check, EMPTY, type Errors, fromServer, type Values } from './values';

type Props = {
  form: RegistrationForm;
  partnerId: string | null;
  metadata: Record<string, string>;
  onSent: (email: string) => void;
  /** A text to agree to was changed while the page was open. */
  onOutdated: () => void;
};

const today = () => new Date().toISOString().slice(0, 10);

export function RegisterForm({ form, partnerId, metadata, onSent, onOutdated }: Props) {
  const { t, i18n } = useTranslation();
  const [values, setValues] = useState<Values>(EMPTY);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [captchaError, setCaptchaError] = useState<string>();
  const root = useRef<HTMLFormElement>(null);
  const captcha = useCaptcha(form.captcha, busy, captchaError);
  const countries = useMemo(() => {
    const served = new Set(form.countries);
    return countryOptions(i18n.language).filter((o) => served.has(o.value));
  }, [i18n.language, form.countries]);

  const refuse = (found: Errors) => {
    setErrors(found);
    focusFirstInvalid(root.current?.parentElement ?? document);
  };
  const send = useMutation({
    meta: { silent: true },
    mutationFn: async () => {
      setBusy(true);
      const answer = await captcha.take();
      return publicApi.register(bodyOf(values, form, { partnerId, metadata, captcha: answer }));
    },
    onSettled: () => setBusy(false),
    onSuccess: () => onSent(values.email.trim()),
    onError: (error) => {
      if (!isApiError(error)) return;
      if (hasCode(error, 'consent_outdated')) {
        // what was agreed to is not what stands there now
        set({ agreed: values.agreed.filter((key) => !(`consents.${key}` in error.fields)) });
        onOutdated();
      }
      const found = fromServer(error.fields, form.consents);
      if (Object.keys(found).length) refuse(found);
      else if ('captcha' in error.fields) setCaptchaError(t('captcha.failed'));
    },
  });
  const set = (patch: Partial<Values>) => {
    setValues((old) => ({ ...old, ...patch }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([k]) => !(k in patch))));
  };
  /** Each field is judged when it is left, not while it is being typed. */
  const leave = (field: 'email' | 'phone' | 'date_of_birth' | 'password') => () => {
    const found = check(values, form, today())[field];
    if (found && values[field]) setErrors((old) => ({ ...old, [field]: found }));
  };
  const text = (field: string): string | undefined => {
    const error = errors[field];
    return error
      ? t(`register.error.${error}`, { age: form.minimum_age, count: form.fields.password_min_length })
      : undefined;
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    const found = check(values, form, today());
    setCaptchaError(undefined);
    if (Object.keys(found).length) refuse(found);
    else if (captcha.waiting) setCaptchaError(t('captcha.solve'));
    else send.mutate();
  };
  const shown = !Object.keys(errors).length && !captchaError;
  return (
    <form ref={root} className={c.fields} onSubmit={submit} onFocus={captcha.begin} noValidate>
      <div className={c.two}>
        <TextInput
          size="md"
          name="first_name"
          label={t('register.firstName')}
          autoComplete="given-name"
          maxLength={100}
          value={values.first_name}
          onChange={(e) => set({ first_name: e.currentTarget.value })}
          error={text('first_name')}
        />
        <TextInput
          size="md"
          name="last_name"
          label={t('register.lastName')}
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
        label={t('register.email')}
        description={t('register.emailHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
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
        label={t('register.country')}
        placeholder={t('register.countryPick')}
        searchable
        data={countries}
        filter={({ options, search }) => findCountries(options as { value: string; label: string }[], search)}
        value={values.country}
        onChange={(country) => set({ country })}
        nothingFoundMessage={t('register.countryNone')}
        maxDropdownHeight={280}
        autoComplete="off"
        error={text('country')}
      />
      <div className={form.minimum_age > 0 ? c.two : undefined}>
        <TextInput
          size="md"
          name="phone"
          type="tel"
          inputMode="tel"
          label={
            form.fields.phone === 'required' ? (
              t('register.phone')
            ) : (
              <OptionalLabel>{t('register.phone')}</OptionalLabel>
            )
          }
          autoComplete="tel"
          maxLength={40}
          classNames={{ input: c.ltr }}
          value={values.phone}
          onChange={(e) => set({ phone: e.currentTarget.value })}
          onBlur={leave('phone')}
          error={text('phone')}
        />
        {form.minimum_age > 0 && (
          <TextInput
            size="md"
            name="date_of_birth"
            type="date"
            label={t('register.birth')}
            autoComplete="bday"
            min="1900-01-01"
            max={today()}
            value={values.date_of_birth}
            onChange={(e) => set({ date_of_birth: e.currentTarget.value })}
            onBlur={leave('date_of_birth')}
            error={text('date_of_birth')}
          />
        )}
      </div>
      <NewPasswordField
        size="md"
        label={<OptionalLabel>{t('register.password')}</OptionalLabel>}
        personal={[values.first_name, values.last_name, values.email, form.company]}
        value={values.password}
        onChange={(password) => set({ password })}
        onBlur={leave('password')}
        error={text('password')}
      />
      <div className={c.unseen} aria-hidden="true">
        <label>
          Website
          <input
            name="website"
            tabIndex={-1}
            autoComplete="off"
            value={values.website}
            onChange={(e) => set({ website: e.currentTarget.value })}
          />
        </label>
      </div>
      <ConsentChecks
        consents={form.consents}
        agreed={values.agreed}
        error={(key) => text(`consents.${key}`)}
        onChange={(key, on) => {
          set({ agreed: on ? [...values.agreed, key] : values.agreed.filter((k) => k !== key) });
          setErrors(({ [`consents.${key}`]: _, ...rest }) => rest);
        }}
      />
      {captcha.element}
      {shown && <Failure error={send.error} />}
      <Button type="submit" size="lg" fz={14} loading={send.isPending}>
        {t('register.submit')}
      </Button>
      <p className={c.note}>{t('register.note', { company: form.company })}</p>
    </form>
  );
}
