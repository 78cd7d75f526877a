import { expect, it } from 'vitest';
import { everyDay, recent, topOf } from './figures';

const days = (...counts: number[]) => counts.map((count, i) => ({ date: `2026-01-${i + 1}`, count }));

it('compares with the days before', () => {
  expect(recent(days(1, 1, 2, 2), 2)).toEqual({ sum: 4, change: 1 });
  expect(recent(days(2, 2), 2)).toEqual({ sum: 4, change: null });
  expect(recent(days(0, 0, 2, 2), 2).change).toBeNull();
});
it('puts the days back on which nothing happened', () => {
  const now = Date.parse('2026-03-01T09:00:00Z');
  expect(everyDay([{ date: '2026-02-27', count: 4 }], 4, now)).toEqual([
    { date: '2026-02-26', count: 0 },
    { date: '2026-02-27', count: 4 },
    { date: '2026-02-28', count: 0 },
    { date: '2026-03-01', count: 0 },
  ]);
});
it('shows the largest and counts the rest', () => {
  const items = [1, 5, 3, 0].map((count) => ({ key: String(count), label: '', count }));
  expect(topOf(items, 2)).toEqual({ shown: [items[1], items[2]], rest: 1 });
});
