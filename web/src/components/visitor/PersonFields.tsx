import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { findCountries } from '@/lib/countries';
import { OptionalLabel } from '../OptionalLabel';
import c from './visitor.module.css';

type Person = {
  first_name: string;
  last_name: string;
  email: string;
  phone: string;
  country: string | null;
};
type Field = keyof Person;
export type PersonProps = {
  /** The feature whose texts are used. */
  texts: string;
  values: Person;
  set: (patch: Partial<Person>) => void;
  leave: (field: 'email' | 'phone') => () => void;
  error: (field: Field) => string | undefined;
};

/** Who it is and where they live. */
export function PersonFields({
  texts,
  values,
  set,
  leave,
  error,
  emailHelp,
  countries,
  countryOptional,
}: PersonProps & {
  emailHelp?: string;
  countries: { value: string; label: string }[];
  countryOptional?: boolean;
}) {
  const { t } = useTranslation();
  const country = t(`${texts}.country`);
  return (
    <>
      <div className={c.two}>
        <TextInput
          size="md"
          name="first_name"
          label={t(`${texts}.firstName`)}
          autoComplete="given-name"
          maxLength={100}
          value={values.first_name}
          onChange={(e) => set({ first_name: e.currentTarget.value })}
          error={error('first_name')}
        />
        <TextInput
          size="md"
          name="last_name"
          label={t(`${texts}.lastName`)}
          autoComplete="family-name"
          maxLength={100}
          value={values.last_name}
          onChange={(e) => set({ last_name: e.currentTarget.value })}
          error={error('last_name')}
        />
      </div>
      <TextInput
        size="md"
        name="email"
        type="email"
        inputMode="email"
        label={t(`${texts}.email`)}
        description={emailHelp}
        autoComplete="email"
        maxLength={254}
        classNames={{ input: c.ltr }}
        value={values.email}
        onChange={(e) => set({ email: e.currentTarget.value })}
        onBlur={leave('email')}
        error={error('email')}
      />
      <Select
        size="md"
        name="country"
        label={countryOptional ? <OptionalLabel>{country}</OptionalLabel> : country}
        placeholder={t(`${texts}.countryPick`)}
        searchable
        clearable={countryOptional}
        clearButtonProps={{ 'aria-label': countryOptional ? t(`${texts}.countryClear`) : undefined }}
        data={countries}
        filter={({ options, search }) => findCountries(options as { value: string; label: string }[], search)}
        value={values.country}
        onChange={(value) => set({ country: value })}
        nothingFoundMessage={t(`${texts}.countryNone`)}
        maxDropdownHeight={280}
        autoComplete="off"
        error={error('country')}
      />
    </>
  );
}

export function PhoneField({
  texts,
  values,
  set,
  leave,
  error,
  required,
}: PersonProps & { required?: boolean }) {
  const { t } = useTranslation();
  const label = t(`${texts}.phone`);
  return (
    <TextInput
      size="md"
      name="phone"
      type="tel"
      inputMode="tel"
      label={required ? label : <OptionalLabel>{label}</OptionalLabel>}
      autoComplete="tel"
      maxLength={40}
      classNames={{ input: c.ltr }}
      value={values.phone}
      onChange={(e) => set({ phone: e.currentTarget.value })}
      onBlur={leave('phone')}
      error={error('phone')}
    />
  );
}
