import { expect, it } from 'vitest';
import { buckets, everyDay, lastDays, recent, scaleOf, topOf } from './figures';

const days = (...counts: number[]) => counts.map((count, i) => ({ date: `2026-01-${i + 1}`, count }));

it('compares with the days before', () => {
  expect(recent(days(1, 1, 2, 2), 2)).toEqual({ sum: 4, change: 1 });
  expect(recent(days(2, 2), 2)).toEqual({ sum: 4, change: null });
  expect(recent(days(0, 0, 2, 2), 2).change).toBeNull();
});
it('puts the days back on which nothing happened', () => {
  expect(everyDay([{ date: '2026-02-27', count: 4 }], 4, '2026-03-01')).toEqual([
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
it('asks for the last days, both ends included', () => {
  expect(lastDays(7, '2026-03-01')).toEqual({ from: '2026-02-23', to: '2026-03-01' });
});
it('draws days, or weeks where days are too many, and loses none', () => {
  const long = everyDay(
    [
      { date: '2026-03-01', count: 5 },
      { date: '2025-03-05', count: 2 },
    ],
    365,
    '2026-03-01',
  );
  const weeks = buckets(long);
  expect(weeks).toHaveLength(53);
  expect(weeks.at(-1)).toEqual({ from: '2026-02-23', to: '2026-03-01', count: 5 });
  expect(weeks[0]).toEqual({ from: '2025-03-02', to: '2025-03-02', count: 0 });
  expect(weeks.reduce((n, w) => n + w.count, 0)).toBe(7);
  expect(buckets(long.slice(-90))).toHaveLength(90);
  expect(buckets([])).toEqual([]);
});
it('has a scale of whole round numbers that holds the largest', () => {
  expect(scaleOf(0)).toEqual([0, 1]);
  expect(scaleOf(3)).toEqual([0, 1, 2, 3]);
  expect(scaleOf(10)).toEqual([0, 3, 6, 9, 12]);
  expect(scaleOf(87)).toEqual([0, 25, 50, 75, 100]);
  for (const max of [1, 7, 19, 42, 999, 12_345]) {
    const scale = scaleOf(max);
    expect(scale.at(-1)).toBeGreaterThanOrEqual(max);
    expect(scale.length).toBeLessThanOrEqual(6);
    expect(scale.every(Number.isInteger)).toBe(true);
  }
});
