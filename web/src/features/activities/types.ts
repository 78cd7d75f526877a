import type { List } from '@/api/types';

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
export type Repeat = {
  freq: Frequency;
  interval: number;
  weekdays?: string[] | null;
  until?: string | null;
  count?: number | null;
};

type Links = { [K in ParentKind as `${K}_id`]?: string | null };
type Names = { [K in ParentKind as `${K}_name`]?: string | null };
export type Activity = Links &
  Names & {
    id: string;
    type: ActivityType;
    subject: string;
    description?: string | null;
    status: ActivityStatus;
    priority: Priority;
    due_at?: string | null;
    all_day: boolean;
    duration_minutes?: number | null;
    outcome?: string | null;
    location?: string | null;
    assigned_to?: string | null;
    assigned_to_name?: string | null;
    team_id?: string | null;
    repeat?: Repeat | null;
    repeat_text?: string | null;
    series_id?: string | null;
    remind_before?: number | null;
    completed_at?: string | null;
    created_by_name?: string | null;
    created_at: string;
    updated_at: string;
    version: number;
    /** A date that a series will come to; there is no record of it yet. */
    virtual?: boolean;
    next?: Activity | null;
  };
export type ActivityPatch = Partial<
  Links &
    Pick<
      Activity,
      | 'type'
      | 'subject'
      | 'description'
      | 'priority'
      | 'due_at'
      | 'all_day'
      | 'duration_minutes'
      | 'outcome'
      | 'location'
      | 'assigned_to'
      | 'repeat'
      | 'remind_before'
    >
>;
export type Calendar = { data: Activity[]; truncated: boolean; timezone: string };
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
