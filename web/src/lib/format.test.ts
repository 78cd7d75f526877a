import { describe, expect, it } from 'vitest';
import {
  bytes,
  countryName,
  date,
  hueOf,
  initials,
  integer,
  languageName,
  lasting,
  money,
  percent,
  relativeTime,
} from './format';

describe('format', () => {
  it('writes money as one isolated left-to-right run', () => {
    expect(money('1234.5', 'USD')).toBe('\u2066$1,234.50\u2069');
    expect(money(1234567, 'EUR', true)).toBe('\u2066€1.2M\u2069');
    expect(money('not a number', 'USD')).toBe('—');
    expect(money('5', 'not a currency')).toContain('5.00');
  });
  it('keeps western digits in Arabic', () => {
    expect(integer('ar', 1234)).toMatch(/1.234/);
    expect(percent('ar', 0.5)).toBe('50%');
    expect(relativeTime('ar', '2026-01-01T00:00:00Z', Date.parse('2026-01-04T00:00:00Z'))).toMatch(/3/);
  });
  it('says how long ago', () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    expect(relativeTime('en', '2026-11-20T11:59:40Z', now)).toBe('now');
    expect(relativeTime('en', '2026-11-20T11:30:00Z', now)).toBe('30m ago');
    expect(relativeTime('en', '2026-11-18T12:00:00Z', now)).toBe('2d ago');
    expect(relativeTime('en', 'nonsense', now)).toBe('—');
  });
  it('never shifts a plain date by the time zone', () => {
    expect(date('en', '1986-04-12')).toBe('Apr 12, 1986');
    expect(date('en', '')).toBe('—');
  });
  it('names countries, sizes and people', () => {
    expect(countryName('en', 'DE')).toBe('Germany');
    expect(countryName('en', '??')).toBe('??');
    expect(languageName('en', 'de')).toBe('German');
    expect(languageName('ar', 'ar')).toBe('العربية');
    expect(languageName('en', '?')).toBe('?');
    expect(bytes('en', 1_500_000)).toBe('1.5 MB');
    expect(initials('Maya de la Cohen')).toBe('MC');
    expect(initials('Cher')).toBe('C');
    expect(hueOf('Maya')).toBe(hueOf('Maya'));
  });
});

it('says how long something lasted in its two largest units', () => {
  expect(lasting('en', 42)).toBe('42 sec');
  expect(lasting('en', 3 * 60)).toBe('3 min');
  expect(lasting('en', 4 * 3600 + 59 * 60)).toBe('4 hr 59 min');
  expect(lasting('en', 3 * 86_400 + 5 * 3600)).toBe('3 days 5 hr');
  expect(lasting('en', 30 * 86_400 + 5 * 3600)).toBe('30 days');
});
