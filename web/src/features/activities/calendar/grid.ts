import { addDays, addMonths, instantOf, wallOf, weekOf } from '@/lib/zone';
import type { Activity } from '../types';

export const SHAPES = ['month', 'week', 'day'] as const;
export type Shape = (typeof SHAPES)[number];
/** What is dropped lands on a quarter of an hour. */
export const SNAP = 15;
const LENGTH = 30;

/** The days on screen: whole weeks of a month, one week, one day. */
export function daysOf(shape: Shape, day: string, weekStart: number): string[] {
  if (shape === 'day') return [day];
  if (shape === 'week') return run(weekOf(day, weekStart), 7);
  const first = `${day.slice(0, 7)}-01`;
  const start = weekOf(first, weekStart);
  const weeks = Math.ceil((daysTo(start, addMonths(first, 1)) || 1) / 7);
  return run(start, weeks * 7);
}
const run = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => addDays(from, i));
const daysTo = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** The way on or back by one page of the calendar. */
export function step(shape: Shape, day: string, by: 1 | -1): string {
  if (shape === 'month') return addMonths(day, by);
  return addDays(day, by * (shape === 'week' ? 7 : 1));
}

/** From the first midnight on screen to the one after the last. */
export const spanOf = (days: readonly string[], zone: string): { from: string; to: string } => ({
  from: instantOf(days[0] as string, 0, zone).toISOString(),
  to: instantOf(addDays(days.at(-1) as string, 1), 0, zone).toISOString(),
});

export type Placed = { key: string; activity: Activity; day: string; start: number; end: number };

/** Where an activity stands; nothing without a date. It ends with its day at the latest. */
export function placed(activity: Activity, zone: string): Placed | null {
  if (!activity.due_at) return null;
  const { day, minutes } = wallOf(activity.due_at, zone);
  const length = Math.max(activity.duration_minutes ?? LENGTH, SNAP);
  return {
    key: `${activity.id} ${activity.due_at}`,
    activity,
    day,
    start: activity.all_day ? 0 : minutes,
    end: activity.all_day ? 1440 : Math.min(1440, minutes + length),
  };
}

/** Day by day, whole days first, then by time. */
export function byDay(activities: readonly Activity[], zone: string): Map<string, Placed[]> {
  const days = new Map<string, Placed[]>();
  for (const activity of activities) {
    const at = placed(activity, zone);
    if (!at) continue;
    const list = days.get(at.day) ?? [];
    list.push(at);
    days.set(at.day, list);
  }
  for (const list of days.values())
    list.sort(
      (a, b) =>
        Number(b.activity.all_day) - Number(a.activity.all_day) ||
        a.start - b.start ||
        a.activity.subject.localeCompare(b.activity.subject),
    );
  return days;
}

export type Laned = Placed & { lane: number; of: number };

/** Side by side where they overlap; each group of overlapping ones shares the width evenly. */
export function lanes(list: readonly Placed[]): Laned[] {
  const out: Laned[] = [];
  let group: Laned[] = [];
  let ends: number[] = [];
  const close = () => {
    for (const x of group) x.of = ends.length;
    group = [];
    ends = [];
  };
  for (const x of [...list].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (group.length && x.start >= Math.max(...ends)) close();
    let lane = ends.findIndex((end) => end <= x.start);
    if (lane < 0) lane = ends.length;
    ends[lane] = x.end;
    const laned = { ...x, lane, of: 1 };
    group.push(laned);
    out.push(laned);
  }
  close();
  return out;
}

/** The instant after a move by days and minutes of the clock; whole days keep their midnight. */
export function moved(
  activity: Pick<Activity, 'due_at' | 'all_day'>,
  zone: string,
  to: { day?: string; minutes?: number; days?: number; by?: number },
): string {
  const wall = wallOf(activity.due_at ?? new Date(), zone);
  const day = addDays(to.day ?? wall.day, to.days ?? 0);
  const minutes = activity.all_day ? wall.minutes : (to.minutes ?? wall.minutes) + (to.by ?? 0);
  return instantOf(day, Math.max(0, Math.min(1440 - SNAP, minutes)), zone).toISOString();
}

export const snap = (minutes: number): number =>
  Math.max(0, Math.min(1440 - SNAP, Math.round(minutes / SNAP) * SNAP));
