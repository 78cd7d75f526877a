import type { ErrorGroup, Preview, RowError } from './types';

/** One line of the table of errors. */
export type Line = {
  id: string;
  row: number;
  column: string;
  code: string;
  message: string;
  value: string;
  /** It was put right here and now. */
  fixed?: boolean;
};

/** Faults that the same cure heals stand together. */
export const groupKey = (e: Pick<RowError, 'column' | 'code'>): string => `${e.code}\n${e.column}`;

const sorted = (groups: ErrorGroup[]): ErrorGroup[] =>
  groups.sort(
    (a, b) => b.count - a.count || a.column.localeCompare(b.column) || a.code.localeCompare(b.code),
  );

/** The same cure with different words of the server is one group. */
export function mergeGroups(groups: readonly ErrorGroup[]): ErrorGroup[] {
  const merged = new Map<string, ErrorGroup>();
  for (const g of groups) {
    const there = merged.get(groupKey(g));
    if (there) there.count += g.count;
    else merged.set(groupKey(g), { ...g });
  }
  return sorted([...merged.values()]);
}

/** How many faults there are at all: one row may have several. */
export const faultCount = (groups: readonly ErrorGroup[]): number => groups.reduce((n, g) => n + g.count, 0);

/**
 * The lines of the table from the rows at hand, in the file's order. `before` are faults of rows that were put right
 * meanwhile: they keep their line at its place, so that nothing jumps under the hand that is going through them.
 */
export function linesOf(
  rows: readonly { row: number; errors: readonly Omit<RowError, 'row'>[] }[],
  before: ReadonlyMap<number, readonly Omit<RowError, 'row'>[]>,
): Line[] {
  const lines: Line[] = [];
  for (const { row, errors } of rows) {
    const open = new Map(errors.map((e) => [groupKey(e), e]));
    const all = new Map([...(before.get(row) ?? []), ...errors].map((e) => [groupKey(e), e]));
    for (const [key, old] of all) {
      const now = open.get(key);
      const line = { ...(now ?? old), id: `${row}:${old.column}:${old.code}`, row };
      lines.push(now ? line : { ...line, fixed: true });
    }
  }
  return lines;
}

/** What is wrong, as a word of ours: a note without its date is no wrong date. */
export const faultWord = ({ code, message }: Pick<RowError, 'code' | 'message'>): string =>
  /^goes with a date/.test(message) ? 'needs_date' : code;

/** Words of a column that nobody gave a meaning to, most frequent first. */
export function strangeWords(
  errors: readonly Omit<RowError, 'row'>[],
  column: string,
  code: string,
): string[] {
  const count = new Map<string, number>();
  for (const e of errors)
    if (e.column === column && e.code === code && e.value) count.set(e.value, (count.get(e.value) ?? 0) + 1);
  return [...count].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([word]) => word);
}

/** Unknown words of a choice can be given a meaning for the whole file at once. */
export const CURED_BY_WORDS = [
  'status_unknown',
  'user_unknown',
  'partner_unknown',
  'role_unknown',
  'role_beyond_own',
  'team_unknown',
  'country_invalid',
  'choice_unknown',
  'pipeline_unknown',
  'stage_unknown',
];

/** The counts of a preview after a row was put right. */
export const recount = (
  preview: Preview,
  now: { valid: number; invalid: number; duplicates: number },
): Preview => ({ ...preview, valid: now.valid, invalid: now.invalid, duplicates: now.duplicates });
