import { describe, expect, it } from 'vitest';
import { absent, movedTo, resized, without, withWidget } from './arrange';
import { legendPlaces } from './files';
import { linksOf } from './links';
import { changeOf, dayAfter, dayBefore, groupsOf, lastDay, scaleOf } from './numbers';
import { paramsOf, periodOf } from './period';

const widgets = [
  { key: 'won', size: 'm' },
  { key: 'stages', size: 'l' },
  { key: 'win_rate', size: 's' },
];
const keys = (list: { key: string }[]) => list.map((w) => w.key).join(' ');

describe('an arrangement', () => {
  it('is moved, and never loses a widget', () => {
    expect(keys(movedTo(widgets, 'win_rate', 0))).toBe('win_rate won stages');
    expect(keys(movedTo(widgets, 'won', 2))).toBe('stages win_rate won');
    expect(keys(movedTo(widgets, 'won', 3))).toBe('won stages win_rate');
    expect(keys(movedTo(widgets, 'nothing', 0))).toBe('won stages win_rate');
  });
  it('takes a widget once, in its usual size', () => {
    const teams = { key: 'teams', sizes: ['m', 'l'] };
    expect(withWidget(widgets, teams).at(-1)).toEqual({ key: 'teams', size: 'm' });
    expect(withWidget(withWidget(widgets, teams), teams)).toHaveLength(4);
    expect(keys(without(widgets, 'stages'))).toBe('won win_rate');
    expect(keys(absent(widgets, [teams, { key: 'won', sizes: ['m'] }]))).toBe('teams');
  });
  it('goes round the sizes of a widget', () => {
    const known = { key: 'won', sizes: ['m', 'l'] };
    const once = resized(widgets, known);
    expect(once[0]).toEqual({ key: 'won', size: 'l' });
    expect(resized(once, known)[0]).toEqual({ key: 'won', size: 'm' });
    expect(once.slice(1)).toEqual(widgets.slice(1));
  });
});

describe('the period', () => {
  it('stands in the address', () => {
    expect(periodOf({})).toBe('month');
    expect(periodOf({ from: '2026-01-01' })).toBe('custom');
    expect(paramsOf({ period: 'quarter', owner: 'me' })).toEqual({ period: 'quarter', owner: 'me' });
    expect(paramsOf({ period: 'custom', from: '2026-01-01', to: 'x' })).toEqual({ from: '2026-01-01' });
    expect(paramsOf({ period: 'nonsense' })).toEqual({ period: 'month' });
  });
});

describe('numbers', () => {
  it('compares with before', () => {
    expect(changeOf(150, 100)).toBe(0.5);
    expect(changeOf(1, 0)).toBeNull();
  });
  it('scales to round numbers that reach the highest', () => {
    for (const max of [1, 3, 7, 99, 100, 101, 4_999, 123_456.78]) {
      const scale = scaleOf(max, max < 100);
      expect(scale.at(-1)).toBeGreaterThanOrEqual(max);
      expect(scale.length).toBeLessThanOrEqual(6);
    }
    expect(scaleOf(0, true)).toEqual([0, 1]);
  });
  it('groups days without losing any', () => {
    const day = (date: string, call: number) => ({ date, call, email: 1, meeting: 0, task: 0, note: 0 });
    const days = [day('2026-01-01', 2), day('2026-02-28', 3), day('2026-12-31', 4)];
    for (const [from, to] of [
      ['2026-01-01', '2026-12-31'],
      ['2025-06-01', '2026-12-31'],
    ] as const) {
      const groups = groupsOf(days, from, to);
      expect(groups.reduce((n, g) => n + g.total, 0)).toBe(12);
      expect([groups[0]?.from, groups.at(-1)?.to]).toEqual([from, to]);
    }
    expect(groupsOf(days, '2026-01-01', '2026-01-31')).toHaveLength(31);
    expect(lastDay('2028-02')).toBe('2028-02-29');
  });
});

describe('links', () => {
  const links = linksOf(
    { kind: 'deal', from: '2026-11-01', to: '2026-11-30' },
    { owner: 'me', pipeline: 'sales' },
  );
  it('are narrowed as the report is', () => {
    expect(links.open()).toEqual({
      to: '/deals',
      search: { assigned_to: 'me', as: 'list', pipeline: 'sales', outcome: 'open' },
    });
    const { search } = links.closed('won', { assigned_to: 'ann' });
    expect(search.assigned_to).toBe('ann');
    expect(JSON.parse(search.filter ?? '')).toEqual({
      and: [{ field: 'closed_at', op: 'between', value: ['2026-11-01', '2026-11-30'] }],
    });
    expect(links.activities('2026-11-02', '2026-11-03', { type: 'call' }).search).toEqual({
      tab: 'all',
      assigned_to: 'me',
      created: '2026-11-02..2026-11-03',
      type: 'call',
    });
    expect(links.contacts().search).toEqual({ assigned_to: 'me' });
  });
});

describe('a picture', () => {
  it('has its legend, in lines that fit', () => {
    expect(legendPlaces([], 100)).toEqual([]);
    expect(legendPlaces([20, 20, 20], 100)).toEqual([
      { at: 0, line: 0 },
      { at: 52, line: 0 },
      { at: 0, line: 1 },
    ]);
    // one that fits nowhere has a line of its own
    expect(legendPlaces([500, 10], 100).map((p) => p.line)).toEqual([0, 1]);
  });
});

describe('links', () => {
  const links = linksOf({ kind: 'deal', from: '2026-11-01', to: '2026-11-30' }, { owner: 'me' });
  it('lead from a step of the funnel to what reached it', () => {
    const { search } = links.reached('sales', 'proposal');
    expect(search).toMatchObject({ pipeline: 'sales', created: '2026-11-01..2026-11-30', assigned_to: 'me' });
    expect(JSON.parse(search.filter ?? '')).toEqual({
      and: [{ field: 'reached', op: 'any', value: ['proposal'] }],
    });
  });
  it('know the days around a period', () => {
    expect([dayBefore('2026-03-01'), dayAfter('2026-12-31')]).toEqual(['2026-02-28', '2027-01-01']);
  });
});
