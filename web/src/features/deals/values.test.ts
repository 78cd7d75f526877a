import { describe, expect, it } from 'vitest';
import { daysOf, isAmount, isPast, plainAmount, standing } from './values';

describe('an amount as people write it', () => {
  it.each([
    ['1500', '1500'],
    ['1500.5', '1500.5'],
    ['1500,5', '1500.5'],
    ['1,500', '1500'],
    ['12 500,50', '12500.50'],
    ['12,500.50', '12500.50'],
    ['12.500,50', '12500.50'],
    ['1,234,567', '1234567'],
  ])('%s is %s', (text, plain) => expect(plainAmount(text)).toBe(plain));
  it('is not any text', () => {
    expect(isAmount('12 500,50')).toBe(true);
    for (const text of ['', 'a lot', '-5', '1.2.3', '1e9']) expect(isAmount(text)).toBe(false);
  });
});

describe('days', () => {
  it('are over when the next one has begun', () => {
    const now = new Date(2026, 10, 27, 0, 30);
    expect(isPast('2026-11-26', now)).toBe(true);
    expect(isPast('2026-11-27', now)).toBe(false);
  });
  it('are counted whole', () => {
    const now = Date.parse('2026-11-27T12:00:00Z');
    expect(standing('2026-11-24T06:00:00Z', now)).toBe(3 * 86_400);
    expect(standing('2026-11-27T11:00:00Z', now)).toBe(3_600);
    expect(standing('2026-11-28T11:00:00Z', now)).toBe(0);
  });
  it('of a month end with it', () => {
    expect(daysOf('2026-12')).toEqual(['2026-12-01', '2026-12-31']);
    expect(daysOf('2028-02')).toEqual(['2028-02-01', '2028-02-29']);
  });
});
