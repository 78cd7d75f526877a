import { describe, expect, it } from 'vitest';
import type { RegistrationForm } from '@/api/public';
import { ageOn, bodyOf, campaign, check, EMPTY, fromServer, type Values } from './values';

const form: RegistrationForm = {
  company: 'Acme',
  partner: null,
  fields: { phone: 'optional', date_of_birth: 'required', password_min_length: 10 },
  countries: ['GB'],
  minimum_age: 18,
  consents: [
    { key: 'terms', version: 3, title: 'Terms', body: '…', required: true, locale: null },
    { key: 'news', version: 1, title: 'News', body: '…', required: false, locale: null },
  ],
  captcha: { kind: 'off', site_key: null },
};
const TODAY = '2026-11-26';
const good: Values = {
  ...EMPTY,
  first_name: ' Omar ',
  last_name: 'Haddad',
  email: 'omar@example.test',
  country: 'GB',
  phone: '٠٢٠ ٧١٨٣ ٨٧٥٠',
  date_of_birth: '1990-02-03',
  agreed: ['terms'],
};

describe('check', () => {
  it('names all that is missing at once', () => {
    expect(Object.keys(check(EMPTY, form, TODAY)).sort()).toEqual([
      'consents.terms',
      'country',
      'date_of_birth',
      'email',
      'first_name',
      'last_name',
    ]);
    expect(check(good, form, TODAY)).toEqual({});
  });
  it('goes by what the settings ask for', () => {
    const strict = { ...form, fields: { ...form.fields, phone: 'required' } };
    expect(check({ ...good, phone: '' }, strict, TODAY)).toEqual({ phone: 'phone_required' });
    expect(check({ ...good, phone: '' }, form, TODAY)).toEqual({});
    expect(check({ ...good, date_of_birth: '' }, { ...form, minimum_age: 0 }, TODAY)).toEqual({});
    expect(check({ ...good, password: 'short' }, form, TODAY)).toEqual({ password: 'password_short' });
  });
  it('counts birthdays', () => {
    expect(ageOn('2008-11-26', TODAY)).toBe(18);
    expect(ageOn('2008-11-27', TODAY)).toBe(17);
    expect(check({ ...good, date_of_birth: '2008-11-27' }, form, TODAY)).toEqual({
      date_of_birth: 'too_young',
    });
    expect(check({ ...good, date_of_birth: '2027-01-01' }, form, TODAY)).toEqual({
      date_of_birth: 'date_of_birth_wrong',
    });
  });
});

it('speaks the server’s errors in the reader’s words', () => {
  const errors = fromServer(
    {
      country: ['is not served'],
      date_of_birth: ['is too recent: one must be 18 years old to register'],
      'consents.terms': ['has changed since the page was opened; reload it and read the new text'],
      'consents.gone': ['is not asked for any more; reload the page'],
      first_name: ['something new'],
      captcha: ['is required'],
    },
    form.consents,
  );
  expect(errors).toEqual({
    country: 'not_served',
    date_of_birth: 'too_young',
    'consents.terms': 'consent_changed',
    first_name: 'wrong',
  });
});

it('sends what was filled in and the versions that were read', () => {
  const body = bodyOf(good, form, {
    partnerId: null,
    language: 'en-GB',
    metadata: campaign(new URLSearchParams('utm_source=radio&utm_medium=&x=1')),
  });
  expect(body).toEqual({
    first_name: 'Omar',
    last_name: 'Haddad',
    email: 'omar@example.test',
    country: 'GB',
    language: 'en-GB',
    phone: '020 7183 8750',
    date_of_birth: '1990-02-03',
    consents: [{ key: 'terms', version: 3 }],
    metadata: { utm_source: 'radio' },
  });
});
