import type { ClientDocument, DocumentType } from '@/api/types';
import type { Hue } from '@/components/StatusPill';

export const STATUS_HUE: Record<string, Hue> = {
  missing: 'grey',
  uploading: 'grey',
  scanning: 'blue',
  pending: 'amber',
  approved: 'green',
  rejected: 'red',
  expired: 'violet',
};

/** What a reviewer chooses from; `other` asks for words. The keys are stored. */
export const REASONS = [
  'unreadable',
  'incomplete',
  'expired',
  'wrong_person',
  'wrong_type',
  'not_genuine',
] as const;

export type KindRow = {
  kind: DocumentType;
  /** `missing` or the state of the best current document. */
  status: string;
  /** Newest version of each document, newest first, with the older ones below it. */
  documents: { current: ClientDocument; older: ClientDocument[] }[];
};

const RANK = ['approved', 'pending', 'scanning', 'rejected', 'expired'];

/** One row per kind of document: what is asked for, and what is there of it. */
export function rowsOf(kinds: readonly DocumentType[], documents: readonly ClientDocument[]): KindRow[] {
  return kinds.flatMap((kind) => {
    const own = documents.filter((d) => d.type === kind.key);
    if (kind.archived && !own.length) return [];
    const lineages = new Map<string, ClientDocument[]>();
    for (const d of [...own].sort((a, b) => b.version - a.version))
      lineages.set(d.document_id, [...(lineages.get(d.document_id) ?? []), d]);
    const groups = [...lineages.values()]
      .map(([current, ...older]) => ({ current: current as ClientDocument, older }))
      .sort((a, b) => b.current.created_at.localeCompare(a.current.created_at));
    const live = own.filter((d) => !d.superseded_by).map((d) => d.status);
    return [{ kind, status: RANK.find((s) => live.includes(s)) ?? 'missing', documents: groups }];
  });
}

/** Whole days until a date, by the calendar of whoever looks. */
export function daysUntil(day: string, today = new Date()): number {
  const at = (y: number, m: number, d: number) => Date.UTC(y, m, d) / 86_400_000;
  const [y = 0, m = 1, d = 1] = day.split('-').map(Number);
  return at(y, m - 1, d) - at(today.getFullYear(), today.getMonth(), today.getDate());
}
