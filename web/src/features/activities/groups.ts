import { addDays, wallOf } from '@/lib/zone';
import type { Activity } from './types';

export const GROUPS = ['overdue', 'today', 'week', 'later', 'none'] as const;
export type Group = (typeof GROUPS)[number];

/** When something is due, by the days of the zone; the same groups as the server's. */
export function groupOf(
  a: Pick<Activity, 'due_at' | 'all_day'>,
  { now, zone }: { now: Date; zone: string },
): Group {
  if (!a.due_at) return 'none';
  const today = wallOf(now, zone).day;
  const { day } = wallOf(a.due_at, zone);
  // what is due on a day is late when that day is over
  if (a.all_day ? day < today : new Date(a.due_at) < now) return 'overdue';
  if (day === today) return 'today';
  return day <= addDays(today, 6) ? 'week' : 'later';
}
