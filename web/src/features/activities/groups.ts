import { addDays, wallOf, weekOf } from './calendar/zone';
import type { Activity } from './types';

export const GROUPS = ['overdue', 'today', 'week', 'later', 'none'] as const;
export type Group = (typeof GROUPS)[number];

/** When something is due, in the words of the day: this week ends with the week of whoever looks. */
export function groupOf(
  a: Pick<Activity, 'due_at' | 'all_day'>,
  { now, zone, weekStart }: { now: Date; zone: string; weekStart: number },
): Group {
  if (!a.due_at) return 'none';
  const today = wallOf(now, zone).day;
  const { day } = wallOf(a.due_at, zone);
  // what is due on a day is late when that day is over
  if (a.all_day ? day < today : new Date(a.due_at) < now) return 'overdue';
  if (day === today) return 'today';
  return day < addDays(weekOf(today, weekStart), 7) ? 'week' : 'later';
}
