import type { ActivityPatch, NewActivity } from '@/api/types';
import { instantOf, wallOf } from '@/lib/zone';
import { minutesOf, timeField } from './fields';
import type { Linked } from './RecordField';
import { cleanRepeat } from './repeat';
import { type Activity, type ActivityType, KINDS, type Priority, parentOf, type Repeat } from './types';

/** An activity as the form has it: texts, and the date by the clock of the company. */
export type Draft = {
  type: ActivityType;
  subject: string;
  parent: Linked | null;
  day: string;
  time: string;
  all_day: boolean;
  duration: string;
  remind: string;
  assigned_to: string;
  priority: Priority;
  repeat: Repeat | null;
  location: string;
  description: string;
  outcome: string;
};

const MORNING = 9 * 60;

export function draftOf(
  a: Activity | undefined,
  zone: string,
  start: { owner?: string; parent?: Linked; due_at?: string; all_day?: boolean } = {},
): Draft {
  const at = a ? a.due_at : start.due_at;
  const wall = at ? wallOf(at, zone) : null;
  const allDay = a ? a.all_day : (start.all_day ?? false);
  return {
    type: a?.type ?? 'task',
    subject: a?.subject ?? '',
    parent: a ? parentOf(a) : (start.parent ?? null),
    day: wall?.day ?? '',
    time: wall && !allDay ? timeField(wall.minutes) : '',
    all_day: allDay,
    duration: a?.duration_minutes ? String(a.duration_minutes) : '',
    remind: a?.remind_before != null ? String(a.remind_before) : '',
    assigned_to: a ? (a.assigned_to ?? '') : (start.owner ?? ''),
    priority: a?.priority ?? 'normal',
    repeat: a?.repeat ?? null,
    location: a?.location ?? '',
    description: a?.description ?? '',
    outcome: a?.outcome ?? '',
  };
}

type Full = Omit<ActivityPatch, 'version' | 'status' | 'team_id'>;
function bodyOf(d: Draft, zone: string): Full {
  const minutes = d.all_day ? 0 : d.time ? minutesOf(d.time) : MORNING;
  const links = Object.fromEntries(KINDS.map((k) => [`${k}_id`, null]));
  return {
    ...links,
    ...(d.parent ? { [`${d.parent.kind}_id`]: d.parent.id } : {}),
    type: d.type,
    subject: d.subject.trim(),
    due_at: d.day ? instantOf(d.day, minutes, zone).toISOString() : null,
    all_day: d.all_day,
    duration_minutes: d.duration && !d.all_day ? Number(d.duration) : null,
    remind_before: d.remind ? Number(d.remind) : null,
    assigned_to: d.assigned_to || null,
    priority: d.priority,
    repeat: cleanRepeat(d.repeat),
    location: d.location.trim() || null,
    description: d.description.trim() || null,
    outcome: d.outcome.trim() || null,
  };
}

/** What travels of a new one: all that was filled in. */
export const newOf = (draft: Draft, zone: string): NewActivity =>
  Object.fromEntries(Object.entries(bodyOf(draft, zone)).filter(([, v]) => v !== null));

/** What travels of one that is there: only what differs. */
export function patchOf(draft: Draft, a: Activity, zone: string): ActivityPatch {
  const now = bodyOf(draft, zone);
  const before = bodyOf(draftOf(a, zone), zone);
  const known = parentOf(a);
  return Object.fromEntries(
    Object.entries(now).filter(([key, value]) => {
      // an activity may hang on several records: the form shows one of them and leaves the others alone
      if (key !== 'assigned_to' && key.endsWith('_id') && draft.parent?.id === known?.id) return false;
      return JSON.stringify(value) !== JSON.stringify(before[key as keyof Full]);
    }),
  );
}
