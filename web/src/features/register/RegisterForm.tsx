import { Button, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { publicApi, type RegistrationForm } from '@/api/public';
import { OptionalLabel } from '@/components';
import { Failure } from '@/components/onboarding/Failure';
import { NewPasswordField } from '@/components/onboarding/NewPasswordField';
import { PersonFields, PhoneField, useVisitorForm } from '@/components/visitor';
import v from '@/components/visitor/visitor.module.css';
import { countryOptions } from '@/lib/countries';
import { ConsentChecks } from './ConsentChecks';
import c from './register.module.css';
import { bodyOf, check, EMPTY, fromServer } from './values';

type Props = {
  form: RegistrationForm;
  partnerId: string | null;
  metadata: Record<string, string>;
  onSent: (email: string) => void;
  /** A text to agree to was changed while the page was open. */
  onOutdated: () => void;
};

const today = () => new Date().toISOString().slice(0, 10);

export function RegisterForm({ form: asked, partnerId, metadata, onSent, onOutdated }: Props) {
  const { t, i18n } = useTranslation();
  const countries = useMemo(() => {
    const served = new Set(asked.countries);
    return countryOptions(i18n.language).filter((o) => served.has(o.value));
  }, [i18n.language, asked.countries]);
  const form = useVisitorForm({
    empty: EMPTY,
    captcha: asked.captcha,
    check: (values) => check(values, asked, today()),
    send: (values, captcha) =>
      publicApi.register(
        bodyOf(values, asked, { partnerId, metadata, captcha, language: navigator.language }),
      ),
    onSent: (values) => onSent(values.email.trim()),
    refused: (error, put) => {
      if (hasCode(error, 'consent_outdated')) {
        // what was agreed to is not what stands there now
        put({ agreed: values.agreed.filter((key) => !(`consents.${key}` in error.fields)) });
        onOutdated();
      }
      return fromServer(error.fields, asked.consents);
    },
  });
  const { values, errors, set, clear, leave } = form;
  const error = (field: string): string | undefined =>
    errors[field]
      ? t(`register.error.${errors[field]}`, {
          age: asked.minimum_age,
          count: asked.fields.password_min_length,
        })
      : undefined;
  const person = { texts: 'register', values, set, leave, error };
  return (
    <form className={v.fields} {...form.form}>
      <PersonFields {...person} countries={countries} emailHelp={t('register.emailHelp')} />
      <div className={asked.minimum_age > 0 ? v.two : undefined}>
        <PhoneField {...person} required={asked.fields.phone === 'required'} />
        {asked.minimum_age > 0 && (
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
            error={error('date_of_birth')}
          />
        )}
      </div>
      <NewPasswordField
        size="md"
        label={<OptionalLabel>{t('register.password')}</OptionalLabel>}
        personal={[values.first_name, values.last_name, values.email, asked.company]}
        value={values.password}
        onChange={(password) => set({ password })}
        onBlur={leave('password')}
        error={error('password')}
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
        consents={asked.consents}
        agreed={values.agreed}
        error={(key) => error(`consents.${key}`)}
        onChange={(key, on) => {
          set({ agreed: on ? [...values.agreed, key] : values.agreed.filter((k) => k !== key) });
          clear(`consents.${key}`);
        }}
      />
      {form.captcha}
      <Failure error={form.failure} />
      <Button type="submit" size="lg" fz={14} loading={form.sending}>
        {t('register.submit')}
      </Button>
      <p className={v.note}>{t('register.note', { company: asked.company })}</p>
    </form>
  );
}
