import { describe, expect, it } from 'vitest';
import { isKey, optionsProblem, suggestKey, withKeys } from './keys';

describe('suggestKey', () => {
  it.each([
    ['Tax number (EU)', 'tax_number_eu'],
    ['  Größe ', 'gro_e'],
    ['Prénom', 'prenom'],
    ['2nd phone', 'nd_phone'],
    ['رقم الجواز', 'field'],
    ['', 'field'],
  ])('%s becomes %s', (label, key) => {
    expect(suggestKey(label)).toBe(key);
    expect(isKey(key)).toBe(true);
  });
  it('avoids keys that are taken', () => {
    expect(suggestKey('Passport', ['passport'])).toBe('passport_2');
    expect(suggestKey('Passport', ['passport', 'passport_2'])).toBe('passport_3');
  });
  it('stays short', () => {
    expect(suggestKey('x'.repeat(90))).toHaveLength(40);
  });
});

describe('options', () => {
  const option = (label: string, key = '') => ({ id: label, label, key });
  it('keep the keys that records hold, and get new ones beside them', () => {
    expect(withKeys([option('Golden', 'gold'), option('Gold'), option(' ')])).toEqual([
      { key: 'gold', label: 'Golden' },
      { key: 'gold_2', label: 'Gold' },
    ]);
  });
  it('must be some, and different', () => {
    expect(optionsProblem([option(' ')])).toBe('none');
    expect(optionsProblem([option('A'), option('a ')])).toBe('twice');
    expect(optionsProblem([option('A'), option('B')])).toBeNull();
  });
});
