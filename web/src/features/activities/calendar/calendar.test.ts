import { expect, it } from 'vitest';
import { addMonths, firstWeekday, instantOf, wallOf, weekOf } from '@/lib/zone';
import type { Activity } from '../types';
import { byDay, daysOf, lanes, moved, placed, spanOf, step } from './grid';

const BERLIN = 'Europe/Berlin';
const activity = (due_at: string | null, more: Partial<Activity> = {}): Activity =>
  ({ id: due_at ?? 'x', subject: 'Call', all_day: false, due_at, ...more }) as Activity;

it('reads the clock of a zone on both sides of its changes', () => {
  expect(wallOf('2026-03-29T00:59:00Z', BERLIN)).toEqual({ day: '2026-03-29', minutes: 119 });
  expect(wallOf('2026-03-29T01:00:00Z', BERLIN)).toEqual({ day: '2026-03-29', minutes: 180 });
  expect(wallOf('2026-11-27T22:30:00Z', 'Asia/Dubai')).toEqual({ day: '2026-11-28', minutes: 150 });
});
it('finds the instant of a clock time; one that is left out becomes the next, one that comes twice the first', () => {
  expect(instantOf('2026-03-29', 150, BERLIN).toISOString()).toBe('2026-03-29T01:30:00.000Z');
  expect(wallOf(instantOf('2026-03-29', 150, BERLIN), BERLIN).minutes).toBe(210);
  expect(instantOf('2026-10-25', 150, BERLIN).toISOString()).toBe('2026-10-25T00:30:00.000Z');
  expect(instantOf('2026-07-01', 9 * 60, BERLIN).toISOString()).toBe('2026-07-01T07:00:00.000Z');
});
it.each(['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'])(
  'comes back to the same clock time in %s all year round',
  (zone) => {
    for (let n = 0; n < 366; n += 1) {
      const day = new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
      // no zone changes its clock at noon
      expect(wallOf(instantOf(day, 720, zone), zone)).toEqual({ day, minutes: 720 });
    }
  },
);
it('shows whole weeks of a month, also over a change of the clock', () => {
  const march = daysOf('month', '2026-03-18', 1);
  expect(march[0]).toBe('2026-02-23');
  expect(march.at(-1)).toBe('2026-04-05');
  expect(new Set(march).size).toBe(42);
  expect(daysOf('month', '2026-02-10', 0)).toHaveLength(28);
  expect(daysOf('month', '2026-08-01', 6)).toHaveLength(35);
  expect(daysOf('week', '2026-03-29', 1)).toEqual(
    ['23', '24', '25', '26', '27', '28', '29'].map((d) => `2026-03-${d}`),
  );
  // the week of the change is an hour short
  const { from, to } = spanOf(daysOf('week', '2026-03-29', 1), BERLIN);
  expect(Date.parse(to) - Date.parse(from)).toBe((7 * 24 - 1) * 3_600_000);
});
it('goes on by a month, a week, a day', () => {
  expect(step('month', '2026-01-31', 1)).toBe('2026-02-28');
  expect(addMonths('2026-03-31', -1)).toBe('2026-02-28');
  expect(step('week', '2026-12-29', 1)).toBe('2027-01-05');
  expect(step('day', '2026-03-01', -1)).toBe('2026-02-28');
  expect(weekOf('2026-11-27', 1)).toBe('2026-11-23');
  expect(weekOf('2026-11-22', 0)).toBe('2026-11-22');
  expect(firstWeekday('ar')).toBe(6);
});
it('keeps the clock time of what is moved over a change of the clock', () => {
  const before = activity('2026-03-27T08:00:00Z');
  expect(moved(before, BERLIN, { day: '2026-03-30' })).toBe('2026-03-30T07:00:00.000Z');
  expect(moved(before, BERLIN, { days: 7 })).toBe('2026-04-03T07:00:00.000Z');
  expect(moved(before, BERLIN, { minutes: 600 })).toBe('2026-03-27T09:00:00.000Z');
  expect(moved(before, BERLIN, { by: -15 })).toBe('2026-03-27T07:45:00.000Z');
  // nothing leaves its day by minutes
  expect(moved(activity('2026-03-27T22:50:00Z'), BERLIN, { by: 15 })).toBe('2026-03-27T22:45:00.000Z');
  const whole = activity('2026-03-26T23:00:00Z', { all_day: true });
  expect(moved(whole, BERLIN, { day: '2026-03-31', minutes: 600 })).toBe('2026-03-30T22:00:00.000Z');
});
it('puts whole days first and overlapping ones side by side', () => {
  const at = (time: string, minutes = 60, more: Partial<Activity> = {}) =>
    activity(`2026-11-27T${time}:00Z`, { duration_minutes: minutes, ...more });
  const day = byDay(
    [at('10:00'), at('09:00', 90), at('00:00', 0, { all_day: true }), at('11:30')],
    'UTC',
  ).get('2026-11-27');
  expect(day?.map((p) => p.start)).toEqual([0, 540, 600, 690]);
  const laned = lanes(day?.slice(1) ?? []);
  expect(laned.map((x) => [x.lane, x.of])).toEqual([
    [0, 2],
    [1, 2],
    [0, 1],
  ]);
  expect(placed(at('23:50', 60), 'UTC')?.end).toBe(1440);
  expect(placed(activity(null), 'UTC')).toBeNull();
});
