import { expect, it } from 'vitest';
import { westernDigits } from '@/lib/digits';
import { checkLead, EMPTY_LEAD, type LeadValues, leadBody } from './lead';

const lead: LeadValues = {
  ...EMPTY_LEAD,
  first_name: ' Omar ',
  last_name: 'Haddad',
  email: 'omar@example.test',
  phone: '+٩٧١ ٥٠ ١٢٣ ٤٥٦٧',
  country: 'AE',
};

it('names what is missing or wrong', () => {
  expect(checkLead(EMPTY_LEAD)).toEqual({
    first_name: 'first_name',
    last_name: 'last_name',
    email: 'email',
  });
  expect(checkLead({ ...lead, email: 'omar@', phone: '12' })).toEqual({
    email: 'email_invalid',
    phone: 'phone',
  });
  expect(checkLead(lead)).toEqual({});
});

it('reads Arabic and Persian digits', () => {
  expect(westernDigits('٠١٢٣٤٥٦٧٨٩ ۰۱۹')).toBe('0123456789 019');
});

it('sends only what was filled in', () => {
  expect(leadBody(lead, 'p1', 'ar-AE')).toEqual({
    partner_id: 'p1',
    first_name: 'Omar',
    last_name: 'Haddad',
    email: 'omar@example.test',
    phone: '+971 50 123 4567',
    country: 'AE',
    language: 'ar-AE',
  });
  expect(leadBody({ ...lead, phone: ' ', country: null }, null, '')).toEqual({
    first_name: 'Omar',
    last_name: 'Haddad',
    email: 'omar@example.test',
  });
});
