import { DATE_FORMATS, readDate } from './dates';
import type { DuplicateRule, Import, ImportColumn, Mapping, MatchKey, NewType, TargetField } from './types';

/** What a person is deciding about a file: where each column goes, what the cells mean, what happens to duplicates. */
export type Draft = {
  /** Column → field. A column without a line is left out. */
  fields: Record<string, string>;
  /** Columns that get a custom field of their own. */
  fresh: Record<string, { label: string; type: NewType }>;
  /** Column → what its words mean. */
  values: Record<string, Record<string, string>>;
  /** Field → what stands where the file says nothing. */
  defaults: Record<string, string>;
  duplicates: DuplicateRule;
  update: 'empty' | 'all';
  match: MatchKey[];
  dateFormat: string;
  country: string | null;
  name: string;
  /** Of staff: whether those who are added get a mail that lets them in. */
  invite: boolean;
};

/** Fields that several columns may fill together. */
const JOINED = ['tags', 'address', 'message', 'description'];
/** The field that stands for both names. */
const NAME = 'name';
const NAME_PARTS = ['first_name', 'last_name'];
export const AUTO = 'auto';

const EMPTY: Draft = {
  fields: {},
  fresh: {},
  values: {},
  defaults: {},
  duplicates: 'skip',
  update: 'empty',
  match: ['email'],
  dateFormat: AUTO,
  country: null,
  name: '',
  invite: true,
};

/** As it begins: what was decided before, else what was decided for the last such file, else what the headers suggest. */
export function startDraft(
  i: Pick<Import, 'columns' | 'fields' | 'mapping' | 'remembered' | 'entity'>,
): Draft {
  const kept = i.mapping ?? i.remembered;
  return kept ? fromMapping(i, kept) : suggested(i);
}

type Known = Pick<Import, 'columns' | 'fields' | 'entity'>;

function base({ entity }: Pick<Import, 'entity'>): Draft {
  return { ...EMPTY, match: entity === 'leads' || entity === 'contacts' ? ['email', 'phone'] : ['email'] };
}

/** What headers and values suggest; of two columns for one field the first one gets it. */
export function suggested(i: Known): Draft {
  const keys = new Set((i.fields ?? []).map((f) => f.key));
  const fields: Record<string, string> = {};
  for (const column of i.columns ?? []) {
    const field = column.suggested_field;
    if (!field || !keys.has(field)) continue;
    if (!JOINED.includes(field) && Object.values(fields).includes(field)) continue;
    fields[column.name] = field;
  }
  return { ...base(i), fields };
}

const only = <T>(from: Record<string, T> | null | undefined, keep: (key: string) => boolean) =>
  Object.fromEntries(Object.entries(from ?? {}).filter(([key]) => keep(key)));

/** A mapping as the server keeps it. Columns and fields that are not there any more are left out. */
export function fromMapping(i: Known, m: Mapping): Draft {
  const columns = new Set((i.columns ?? []).map((c) => c.name));
  const keys = new Set((i.fields ?? []).map((f) => f.key));
  const fields: Record<string, string> = {};
  for (const [column, field] of Object.entries(m.mapping ?? {}))
    if (field && columns.has(column) && keys.has(field)) fields[column] = field;
  const start = base(i);
  return {
    ...start,
    fields,
    values: only(m.values, (column) => columns.has(column)),
    defaults: only(m.defaults, (field) => keys.has(field)),
    duplicates: (m.duplicates as DuplicateRule) ?? start.duplicates,
    update: m.update === 'all' ? 'all' : 'empty',
    match: m.match?.length ? (m.match as MatchKey[]) : start.match,
    dateFormat: m.date_format ?? AUTO,
    country: m.default_country ?? null,
    name: m.name ?? '',
    invite: m.invite !== false,
  };
}

const without = <T>(from: Record<string, T>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(from).filter(([k]) => k !== key));

/** Sends a column to a field, or nowhere. A field that another column had moves over: it can't have two. */
export function choose(draft: Draft, column: string, field: string | null): Draft {
  const next = without(draft.fields, column);
  if (field && !JOINED.includes(field)) {
    for (const [other, has] of Object.entries(next)) if (has === field) delete next[other];
  }
  if (field) next[column] = field;
  const same = draft.fields[column] === field;
  return {
    ...draft,
    fields: next,
    fresh: without(draft.fresh, column),
    // words of another field mean nothing here
    values: same ? draft.values : without(draft.values, column),
  };
}

/** Gives a column a custom field of its own, made when the mapping is saved. */
export function makeField(draft: Draft, column: string, field: { label: string; type: NewType }): Draft {
  return {
    ...draft,
    fields: without(draft.fields, column),
    values: without(draft.values, column),
    fresh: { ...draft.fresh, [column]: field },
  };
}

/** What a word of a column means; an empty meaning takes the word out again. */
export function mean(draft: Draft, column: string, word: string, meaning: string | null): Draft {
  const words = without(draft.values[column] ?? {}, word);
  if (meaning) words[word] = meaning;
  return {
    ...draft,
    values: Object.keys(words).length ? { ...draft.values, [column]: words } : without(draft.values, column),
  };
}

export function setDefault(draft: Draft, field: string, value: string | null): Draft {
  const rest = without(draft.defaults, field);
  return { ...draft, defaults: value === null ? rest : { ...rest, [field]: value } };
}

/** Every field that gets something, from a column or as a default. */
function covered(draft: Draft): Set<string> {
  const all = new Set([...Object.values(draft.fields)]);
  for (const [field, value] of Object.entries(draft.defaults)) if (value.trim()) all.add(field);
  if (all.has(NAME)) for (const part of NAME_PARTS) all.add(part);
  // of staff one of the names is enough
  else if (NAME_PARTS.some((part) => all.has(part))) all.add(NAME);
  return all;
}

/** Required fields that nothing fills. */
export function missing(draft: Draft, fields: readonly TargetField[]): TargetField[] {
  const has = covered(draft);
  return fields.filter((f) => f.required && !has.has(f.key));
}

/** Fields that could still get a default: not what is different for everybody. */
export const SAME_FOR_ALL = [
  'text',
  'country',
  'choice',
  'choices',
  'number',
  'flag',
  'user',
  'partner',
  'tags',
  'date',
];
const PERSONAL = ['first_name', 'last_name', NAME, 'date_of_birth', 'address', 'subject'];
export const defaultable = (draft: Draft, fields: readonly TargetField[]): TargetField[] =>
  fields.filter(
    (f) => SAME_FOR_ALL.includes(f.type) && !PERSONAL.includes(f.key) && !(f.key in draft.defaults),
  );

export const hasChoices = (field: TargetField | undefined): boolean =>
  Boolean(field && (field.options.length > 0 || field.type === 'flag'));

const folded = (s: string) => s.trim().toLocaleLowerCase();

/** Words of a column that a field of choices does not know by itself. */
export function unknownWords(column: ImportColumn, field: TargetField | undefined): string[] {
  if (!field || field.options.length === 0) return [];
  const known = new Set(field.options.flatMap((o) => [folded(o.key), folded(o.label)]));
  const words = (column.values.length ? column.values : column.samples)
    .flatMap((s) => (field.type === 'choices' || field.type === 'tags' ? s.split(/[,;|]/) : [s]))
    .map((s) => s.trim())
    .filter(Boolean);
  return [...new Set(words)].filter((w) => !known.has(folded(w)));
}

/** The words of a column to give a meaning to: those of the samples that are not known, and those that have one. */
export function wordsOf(draft: Draft, column: ImportColumn, field: TargetField | undefined): string[] {
  const given = Object.keys(draft.values[column.name] ?? {});
  const seen = new Set(given.map(folded));
  return [...given, ...unknownWords(column, field).filter((w) => !seen.has(folded(w)))];
}

/**
 * The date format to read the file by. The server finds one for a column in which every sample is a date; where some
 * are not, the one that most of them have is meant, as long as no other column has another.
 */
export function dateFormatOf(
  draft: Draft,
  columns: readonly ImportColumn[],
  fields: readonly TargetField[],
): string {
  if (draft.dateFormat !== AUTO) return draft.dateFormat;
  const dates = columns.filter((c) => fields.find((f) => f.key === draft.fields[c.name])?.type === 'date');
  const unclear = dates.filter((c) => c.formats.length === 0);
  const cells = unclear.flatMap((c) => (c.values.length ? c.values : c.samples));
  const fits = (format: string) => cells.filter((cell) => readDate(cell, format)).length;
  const best = [...DATE_FORMATS].sort((a, b) => fits(b) - fits(a))[0];
  if (!best || fits(best) * 2 < cells.length || fits(best) === 0) return AUTO;
  return dates.every((c) => !c.formats.length || c.formats.includes(best)) ? best : AUTO;
}

/** As the server takes it, in the file's order. A column that is not named is left out. */
export function bodyOf(draft: Draft, columns: readonly ImportColumn[]): Mapping {
  const mapping: Record<string, string> = {};
  for (const { name } of columns) {
    const field = draft.fields[name];
    if (field) mapping[name] = field;
  }
  const new_fields = Object.entries(draft.fresh).map(([column, f]) => ({ column, ...f }));
  const defaults = Object.fromEntries(
    Object.entries(draft.defaults)
      .map(([k, v]) => [k, v.trim()] as const)
      .filter(([, v]) => v),
  );
  const values = only(draft.values, (column) => column in draft.fields);
  return {
    mapping,
    duplicates: draft.duplicates,
    match: draft.match,
    date_format: draft.dateFormat,
    ...(draft.duplicates === 'update' ? { update: draft.update } : {}),
    ...(Object.keys(defaults).length ? { defaults } : {}),
    ...(Object.keys(values).length ? { values } : {}),
    ...(draft.country ? { default_country: draft.country } : {}),
    ...(new_fields.length ? { new_fields } : {}),
    ...(draft.name.trim() ? { name: draft.name.trim() } : {}),
    ...(draft.invite ? {} : { invite: false }),
  };
}

/** How many columns go somewhere. */
export const mappedCount = (draft: Draft): number =>
  Object.keys(draft.fields).length + Object.keys(draft.fresh).length;

/** `mapping.E-mail` → the fault of the column "E-mail". Names of columns may hold dots. */
export function faultsOf(fields: Record<string, string[]>): {
  columns: Record<string, string>;
  defaults: Record<string, string>;
  rest: string[];
} {
  const out = {
    columns: {} as Record<string, string>,
    defaults: {} as Record<string, string>,
    rest: [] as string[],
  };
  for (const [key, messages] of Object.entries(fields)) {
    const message = messages[0] ?? '';
    const [, kind, name] = /^(mapping|values|new_fields|defaults)\.(.*)$/s.exec(key) ?? [];
    if (kind === 'defaults' && name) out.defaults[name] = message;
    else if (kind && name) out.columns[name] ??= message;
    else out.rest.push(`${key}: ${message}`);
  }
  return out;
}
