import type { DiffEntry, TimelineEntry } from '@/api/types';

/** What an entry of a record's history says, before anybody's words and names. */
export type Story =
  | { kind: 'created'; lines: DiffEntry[] }
  | { kind: 'deleted' | 'restored' }
  | { kind: 'converted'; lead: string | null; client: string | null; message: string | null }
  | {
      kind: 'merged' | 'split';
      client: string | null;
      lines: DiffEntry[];
      moved: [what: string, count: number][];
    }
  | { kind: 'mergedAway' | 'splitOff'; client: string | null }
  | { kind: 'revealed'; fields: string[]; purpose: string | null }
  | { kind: 'status'; field: string; from: unknown; to: unknown; reason: string | null }
  | { kind: 'owner'; from: unknown; to: unknown }
  | { kind: 'due'; at: string | null; note: string | null }
  | { kind: 'tags'; added: string[]; removed: string[] }
  | { kind: 'field'; line: DiffEntry }
  | { kind: 'fields'; lines: DiffEntry[] }
  | { kind: 'beside'; what: Beside; did: string; text: string | null }
  | { kind: 'sale'; what: Sale; did: string; to: unknown; text: string | null }
  | { kind: 'file'; did: string }
  | { kind: 'other'; lines: DiffEntry[] };

/** What hangs on a record and has a history of its own. */
export type Beside = 'activity' | 'note';
export type Sale = 'deal' | 'opportunity';
const DID = ['created', 'updated', 'completed', 'cancelled', 'reopened', 'deleted', 'restored'];

const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null);
const words = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' && value ? value.split(/,\s*/) : [];

/** How many rows of which kind went along. */
const MOVED = 'moved.';

/** Said with another one: the team comes with the owner, the note with the date, the reason with the status. */
const BESIDE: Record<string, string[]> = {
  assigned_to: ['assigned_to', 'team_id'],
  status: ['status', 'reason'],
  stage: ['stage', 'pipeline', 'reason', 'lost_reason', 'outcome', 'closed_at', 'probability', 'position'],
  follow_up_at: ['follow_up_at', 'follow_up_note'],
};

const SOLD = ['created', 'updated', 'deleted', 'restored'];
const FILED = ['created', 'opened', 'deleted'];

/** `told` is the kind of record whose history it is: a deal of a client is told as something beside it. */
export function storyOf(entry: Pick<TimelineEntry, 'action' | 'diff'>, told?: string): Story {
  const { diff } = entry;
  const of = (field: string) => diff.find((d) => d.field === field);
  const only = (field: string) =>
    Boolean(of(field)) && diff.every((d) => (BESIDE[field] ?? [field]).includes(d.field));
  const [what, did = ''] = entry.action.split('.');
  if (what === 'activity' || what === 'note')
    return {
      kind: 'beside',
      what,
      did: DID.includes(did) ? did : 'updated',
      text: text(of(what === 'note' ? 'content' : 'outcome')?.new),
    };
  if (what === 'attachment') return { kind: 'file', did: FILED.includes(did) ? did : 'created' };
  if ((what === 'deal' || what === 'opportunity') && told && what !== told) {
    const to = of('stage')?.new;
    // where it was born is told with its birth
    const moved = did !== 'created' && Boolean(to);
    return {
      kind: 'sale',
      what,
      did: moved ? 'moved' : SOLD.includes(did) ? did : 'updated',
      to: moved ? to : null,
      text: text(of('lost_reason')?.new),
    };
  }
  switch (did) {
    case 'created':
    case 'submitted':
      return { kind: 'created', lines: diff };
    case 'deleted':
      return { kind: 'deleted' };
    case 'restored':
      return { kind: 'restored' };
    case 'revealed':
      return {
        kind: 'revealed',
        fields: words(of('fields')?.new ?? of('field')?.new),
        purpose: text(of('purpose')?.new ?? of('reason')?.new),
      };
    case 'converted':
      return {
        kind: 'converted',
        lead: text(of('lead_id')?.new),
        client: text(of('converted_client_id')?.new),
        message: text(of('message')?.new),
      };
    case 'merged':
    case 'split':
      return {
        kind: entry.action.endsWith('merged') ? 'merged' : 'split',
        client: text(of('merged_from')?.new ?? of('merged_from')?.old),
        lines: diff.filter((d) => d.field !== 'merged_from' && !d.field.startsWith(MOVED)),
        moved: diff
          .filter((d) => d.field.startsWith(MOVED))
          .map((d) => [d.field.slice(MOVED.length), Number(d.new)]),
      };
    case 'merged_away':
      return { kind: 'mergedAway', client: text(of('merged_into')?.new) };
    case 'split_off':
      return { kind: 'splitOff', client: text(of('merged_into')?.old) };
    case 'updated':
    case 'moved':
      break;
    default:
      return { kind: 'other', lines: diff };
  }
  const client = text(of('converted_client_id')?.new);
  if (client) return { kind: 'converted', lead: null, client, message: null };
  for (const field of ['status', 'kyc_status', 'stage'])
    if (only(field))
      return {
        kind: 'status',
        field,
        from: of(field)?.old,
        to: of(field)?.new,
        reason: text(of('reason')?.new ?? of('lost_reason')?.new),
      };
  if (only('assigned_to')) return { kind: 'owner', from: of('assigned_to')?.old, to: of('assigned_to')?.new };
  if (only('follow_up_at'))
    return {
      kind: 'due',
      at: text(of('follow_up_at')?.new),
      note: text(of('follow_up_note')?.new),
    };
  if (only('tags')) {
    const [old, now] = [words(of('tags')?.old), words(of('tags')?.new)];
    return {
      kind: 'tags',
      added: now.filter((x) => !old.includes(x)),
      removed: old.filter((x) => !now.includes(x)),
    };
  }
  const [first] = diff;
  return diff.length === 1 && first ? { kind: 'field', line: first } : { kind: 'fields', lines: diff };
}

/** `2026-11-26` of the person's own time zone, for gathering entries day by day. */
export function dayOf(at: string): string {
  const d = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

export function byDay<T extends { at: string }>(entries: readonly T[]): { day: string; entries: T[] }[] {
  const days: { day: string; entries: T[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
