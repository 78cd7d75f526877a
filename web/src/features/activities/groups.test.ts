import { expect, it } from 'vitest';
import { groupOf } from './groups';
import { cleanRepeat, weekdayNames } from './repeat';

// Friday, 23:30 in Dubai
const at = { now: new Date('2026-11-27T19:30:00Z'), zone: 'Asia/Dubai' };
const group = (due_at: string | null, all_day = false) => groupOf({ due_at, all_day }, at);

it('groups by the days of the zone', () => {
  expect(group(null)).toBe('none');
  expect(group('2026-11-27T19:29:00Z')).toBe('overdue');
  expect(group('2026-11-27T19:45:00Z')).toBe('today');
  // half an hour later it is Saturday there
  expect(group('2026-11-27T20:15:00Z')).toBe('week');
  expect(group('2026-12-03T19:59:00Z')).toBe('week');
  expect(group('2026-12-03T20:00:00Z')).toBe('later');
});
it('lets a whole day be late only when it is over', () => {
  expect(group('2026-11-26T20:00:00Z', true)).toBe('today');
  expect(group('2026-11-25T20:00:00Z', true)).toBe('overdue');
});
it('sends of a repeat only what has a meaning', () => {
  expect(
    cleanRepeat({ freq: 'daily', interval: 0, weekdays: ['mo'], until: '2027-01-01', count: 3 }),
  ).toEqual({
    freq: 'daily',
    interval: 1,
    until: '2027-01-01',
  });
  expect(cleanRepeat({ freq: 'weekly', interval: 2, weekdays: ['mo'], count: 3 })).toEqual({
    freq: 'weekly',
    interval: 2,
    weekdays: ['mo'],
    count: 3,
  });
  expect(cleanRepeat(null)).toBeNull();
});
it('begins the week where the language does', () => {
  expect(weekdayNames('en', 1).map((d) => d.key)).toEqual(['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su']);
  expect(weekdayNames('en', 6)[0]).toEqual({ key: 'sa', name: 'Sat' });
});
