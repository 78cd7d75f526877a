import { type AuditEntry, type DiffEntry, record } from '@/api/types';

/** Days for which a change can be taken back. */
const UNDO_DAYS = 7;

type Story = {
  /** The fields somebody looked at in clear. */
  fields: string[];
  purpose: string | null;
  rest: DiffEntry[];
  /** What takes the change back, while it can be. */
  undoId: string | null;
};

const words = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' && value ? value.split(/,\s*/) : [];

const TOLD = ['fields', 'field', 'purpose', 'reason'];

/** `{used: 20, limit: 20}` → `20 / 20`. */
function countOf(line: DiffEntry): DiffEntry {
  const { used, limit } = record(line.new);
  return typeof used === 'number' && typeof limit === 'number'
    ? { ...line, new: `${used} / ${limit}` }
    : line;
}

/** A reveal is told in words: what was looked at and why. Everything else is told as its changes. */
export function storyOf(entry: Pick<AuditEntry, 'action' | 'diff' | 'at'>, now = Date.now()): Story {
  if (!/\.revealed$|^reveal\./.test(entry.action)) {
    const undo = entry.diff.find((d) => d.field === 'undo_id')?.new;
    const open = now - Date.parse(entry.at) < UNDO_DAYS * 86_400_000;
    return {
      fields: [],
      purpose: null,
      rest: entry.diff.filter((d) => d.field !== 'undo_id'),
      undoId: typeof undo === 'string' && open ? undo : null,
    };
  }
  const of = (field: string) => entry.diff.find((d) => d.field === field)?.new;
  const purpose = of('purpose') ?? of('reason');
  return {
    fields: words(of('fields') ?? of('field')),
    purpose: typeof purpose === 'string' && purpose ? purpose : null,
    rest: entry.diff.filter((d) => !TOLD.includes(d.field)).map(countOf),
    undoId: null,
  };
}
