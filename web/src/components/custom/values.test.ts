import { describe, expect, it } from 'vitest';
import type { CustomFieldOut } from '@/data/customFields';
import { changedCustom, customErrors, missing, parseNumber, read, readAll } from './values';

const field = (key: string, type: CustomFieldOut['type'], required = false): CustomFieldOut => ({
  id: key,
  entity: 'client',
  key,
  label: key,
  type,
  options: [],
  required,
  help: '',
  position: 0,
  archived: false,
});
const fields = [field('passport', 'text', true), field('income', 'number'), field('langs', 'choices')];

it('reads only values of the field’s type', () => {
  expect(read(field('n', 'number'), 5)).toBe(5);
  expect(read(field('n', 'number'), 'five')).toBeNull();
  expect(read(field('f', 'flag'), false)).toBe(false);
  expect(read(field('c', 'choices'), ['a', 1])).toEqual(['a']);
  expect(readAll(fields, null)).toEqual({ passport: null, income: null, langs: [] });
});

describe('changedCustom', () => {
  const before = { passport: 'A1', income: 5, langs: ['en'], vip: false };
  it('is empty when nothing differs', () => {
    expect(changedCustom(before, { ...before, passport: ' A1 ' })).toEqual({});
    expect(changedCustom({}, { passport: '', langs: [] })).toEqual({});
  });
  it('tells an emptied field as null and keeps false', () => {
    expect(changedCustom(before, { passport: '', income: 7, langs: [], vip: true })).toEqual({
      passport: null,
      income: 7,
      langs: null,
      vip: true,
    });
    expect(changedCustom({}, { vip: false })).toEqual({ vip: false });
  });
});

it('reads numbers as people type them', () => {
  expect(parseNumber('12,5')).toBe(12.5);
  expect(parseNumber('1 000')).toBe(1000);
  expect(parseNumber('')).toBeNull();
  expect(parseNumber('a lot')).toBe('a lot');
});

it('finds the custom fields among the complaints', () => {
  expect(Object.keys(customErrors({ 'custom.passport': ['is required'], email: ['x'] }))).toEqual([
    'passport',
  ]);
});
it('names required fields that are empty', () => {
  expect(missing(fields, { passport: '' })).toEqual(['passport']);
  expect(missing(fields, { passport: 'A1' })).toEqual([]);
});
