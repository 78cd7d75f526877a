import { describe, expect, it } from 'vitest';
import { dueOf, fromField, quickDate, toField } from './due';

const at = (text: string) => new Date(text);

describe('quickDate', () => {
  const thursday = at('2026-11-26T14:20:30');
  it('today is at the full hour in two hours, but still today', () => {
    expect(toField(quickDate('today', thursday))).toBe('2026-11-26T16:00');
    expect(toField(quickDate('today', at('2026-11-26T22:30:00')))).toBe('2026-11-26T23:59');
  });
  it('tomorrow is in the morning, also over the end of a month', () => {
    expect(toField(quickDate('tomorrow', thursday))).toBe('2026-11-27T09:00');
    expect(toField(quickDate('tomorrow', at('2026-11-30T23:00:00')))).toBe('2026-12-01T09:00');
  });
  it('next week is its Monday, whatever day it is', () => {
    for (const day of ['23', '24', '25', '26', '27', '28', '29'])
      expect(toField(quickDate('week', at(`2026-11-${day}T12:00:00`)))).toBe('2026-11-30T09:00');
  });
});

it('says how near a date is', () => {
  const now = at('2026-11-26T14:20:00');
  expect(dueOf(at('2026-11-26T14:19:00').toISOString(), now)).toBe('overdue');
  expect(dueOf(at('2026-11-26T23:59:00').toISOString(), now)).toBe('today');
  expect(dueOf(at('2026-11-27T00:00:00').toISOString(), now)).toBe('tomorrow');
  expect(dueOf(at('2026-11-28T00:00:00').toISOString(), now)).toBe('later');
});

it('reads what it has written, and nothing else', () => {
  const now = at('2026-03-09T08:05:00');
  expect(fromField(toField(now))).toEqual(now);
  expect(fromField('')).toBeNull();
  expect(fromField('soon')).toBeNull();
});
