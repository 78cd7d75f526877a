import { describe, expect, it } from 'vitest';
import type { SettingOut } from './types';
import { otherBase, patchOf, problemOf, same, toDraft } from './values';

const setting = (more: Partial<SettingOut>): SettingOut => ({
  key: 'k',
  group: 'general',
  title: '',
  help: '',
  kind: 'text',
  value: 'a',
  default: 'b',
  ...more,
});
const hours = setting({ key: 'session_hours', kind: 'whole', value: 24, default: 12, min: 1, max: 720 });
const list = setting({ key: 'address_allow_list', kind: 'addresses', value: ['10.0.0.0/8'], default: [] });

describe('otherBase', () => {
  it('speaks of another base currency, and of nothing else', () => {
    const base = setting({ key: 'base_currency', kind: 'currency', value: 'EUR', default: 'USD' });
    expect(otherBase([hours, base], { session_hours: 8 })).toBeNull();
    expect(otherBase([hours, base], { base_currency: 'GBP' })).toEqual({ base: 'EUR', next: 'GBP' });
    expect(otherBase([base], { base_currency: null })).toEqual({ base: 'EUR', next: 'USD' });
    expect(otherBase([hours], { base_currency: 'GBP' })).toBeNull();
  });
});

describe('patchOf', () => {
  it('sends nothing when nothing differs', () => {
    expect(patchOf([hours, list], { session_hours: 24, address_allow_list: toDraft(list) })).toEqual({});
    expect(patchOf([hours], {})).toEqual({});
  });
  it('sends what differs, and null for what is back at its default', () => {
    expect(patchOf([hours, list], { session_hours: 8, address_allow_list: '' })).toEqual({
      session_hours: 8,
      address_allow_list: null,
    });
    expect(patchOf([list], { address_allow_list: '10.0.0.0/8\n192.0.2.1' })).toEqual({
      address_allow_list: ['10.0.0.0/8', '192.0.2.1'],
    });
  });
  it('does not mind order or blanks', () => {
    expect(same(['b', 'a'], ['a', 'b'])).toBe(true);
    expect(patchOf([setting({ value: 'a' })], { k: ' a ' })).toEqual({});
    expect(same(null, '')).toBe(true);
  });
});

describe('problemOf', () => {
  it('keeps numbers whole and within their range', () => {
    expect(problemOf(hours, '')?.key).toBe('number');
    expect(problemOf(hours, 0)).toEqual({ key: 'range', values: { min: 1, max: 720 } });
    expect(problemOf(hours, 24)).toBeNull();
  });
  it('names wrong lines', () => {
    expect(problemOf(list, '10.0.0.0/8\noffice')?.values).toEqual({ lines: 'office' });
    expect(problemOf(setting({ kind: 'email' }), 'x@')?.key).toBe('email');
    expect(problemOf(setting({ kind: 'email' }), '')).toBeNull();
  });
});
