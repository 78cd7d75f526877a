import type { Activity as ActivityOut, List } from '@/api/types';
import type { Narrow } from '@/api/wire';

export const TYPES = ['call', 'email', 'meeting', 'task', 'note'] as const;
export type ActivityType = (typeof TYPES)[number];
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];
export const STATUSES = ['scheduled', 'overdue', 'completed', 'cancelled'] as const;
export type ActivityStatus = (typeof STATUSES)[number];
export const KINDS = ['client', 'lead', 'contact', 'deal', 'opportunity'] as const;
/** The records that activities, notes and files hang on. */
export type ParentKind = (typeof KINDS)[number];
export type Parent = { kind: ParentKind; id: string };

export type Frequency = 'daily' | 'weekly' | 'monthly' | 'yearly';
export type Repeat = Narrow<Omit<NonNullable<ActivityOut['repeat']>, 'timezone'>, { freq: Frequency }>;
export type Activity = Narrow<
  ActivityOut,
  {
    type: ActivityType;
    status: ActivityStatus;
    priority: Priority;
    repeat?: (Repeat & { timezone: string }) | null;
  }
>;
export type Activities = List<Activity>;

/** The record an activity belongs to, the nearest first. */
export function parentOf(a: Activity): (Parent & { name: string }) | null {
  for (const kind of ['deal', 'opportunity', 'contact', 'lead', 'client'] as const) {
    const id = a[`${kind}_id`];
    if (id) return { kind, id, name: a[`${kind}_name`] ?? '' };
  }
  return null;
}
export const isOpen = (a: Pick<Activity, 'status'>): boolean =>
  a.status === 'scheduled' || a.status === 'overdue';
