import { describe, expect, it } from 'vitest';
import { COUNTRY_CODES, countryOptions, findCountries } from './countries';

it('lists every inhabited country once', () => {
  const uninhabited = 6;
  expect(COUNTRY_CODES).toHaveLength(249 - uninhabited);
  expect(new Set(COUNTRY_CODES).size).toBe(COUNTRY_CODES.length);
});

describe('findCountries', () => {
  const en = countryOptions('en');
  it('puts names that begin so first', () => {
    const found = findCountries(en, 'ma').map((o) => o.label);
    expect(found[0]?.startsWith('Ma')).toBe(true);
    expect(found).toContain('Oman');
  });
  it('knows codes, accents and English names in any language', () => {
    expect(findCountries(en, 'gb')[0]?.value).toBe('GB');
    expect(findCountries(en, 'cote')[0]?.value).toBe('CI');
    expect(findCountries(countryOptions('ar'), 'Egypt')[0]?.value).toBe('EG');
    expect(findCountries(countryOptions('ar'), 'اردن')[0]?.value).toBe('JO');
  });
  it('is empty for nonsense and whole for nothing', () => {
    expect(findCountries(en, 'zzzz')).toEqual([]);
    expect(findCountries(en, ' ')).toHaveLength(en.length);
  });
});
