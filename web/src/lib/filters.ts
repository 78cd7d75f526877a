import type { ListSearch } from './listSearch';

/** One condition of the filter language, as the server reads it. */
export type Condition = { field: string; op: string; value?: unknown };
export type Group = { and: FilterNode[] } | { or: FilterNode[] };
export type FilterNode = Condition | Group;
/** The filter of a list: all of these. */
export type Filter = FilterNode[];

export const isGroup = (n: FilterNode): n is Group => 'and' in n || 'or' in n;
export const membersOf = (g: Group): FilterNode[] => ('and' in g ? g.and : g.or);
export const groupOf = (word: 'and' | 'or', nodes: FilterNode[]): Group =>
  word === 'and' ? { and: nodes } : { or: nodes };

const object = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);

/** What was typed into the address may be anything: what is no filter is left out. */
function readNode(json: unknown, depth = 0): FilterNode | null {
  if (!object(json) || depth > 3) return null;
  for (const word of ['and', 'or'] as const) {
    const list = json[word];
    if (Array.isArray(list)) {
      const nodes = list.map((n) => readNode(n, depth + 1)).filter((n) => n !== null);
      return nodes.length ? groupOf(word, nodes) : null;
    }
  }
  if (typeof json.field !== 'string' || typeof json.op !== 'string') return null;
  const condition: Condition = { field: json.field, op: json.op };
  if (json.value !== undefined && json.value !== null) condition.value = json.value;
  return condition;
}

/** A group as the conditions that must all hold. */
export function conditionsOf(json: unknown): Filter {
  const node = readNode(json);
  if (!node) return [];
  return isGroup(node) && 'and' in node ? node.and : [node];
}

const parse = (text: string | undefined): unknown => {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
};

const isDay = (v: string | undefined): v is string => Boolean(v && /^\d{4}-\d{2}-\d{2}$/.test(v));
/** `created=a..b`, as links from the dashboard have it. */
function rangeOf(text: string | undefined): Condition | null {
  const [from, to] = (text ?? '').split('..');
  if (isDay(from) && isDay(to)) return { field: 'created_at', op: 'between', value: [from, to] };
  if (isDay(from)) return { field: 'created_at', op: 'between', value: [from, '9999-12-30'] };
  if (isDay(to)) return { field: 'created_at', op: 'between', value: ['0001-01-01', to] };
  return null;
}
const FAR = ['0001-01-01', '9999-12-30'];
function rangeText(c: Condition): string | null {
  if (c.field !== 'created_at' || c.op !== 'between' || !Array.isArray(c.value)) return null;
  const [from, to] = c.value as unknown[];
  if (typeof from !== 'string' || typeof to !== 'string' || !isDay(from) || !isDay(to)) return null;
  const open = (day: string) => (FAR.includes(day) ? '' : day);
  return open(from) || open(to) ? `${open(from)}..${open(to)}` : null;
}

/** A word that the short form can hold: it has no comma, and means the same there. */
const plain = (v: unknown): v is string =>
  typeof v === 'string' && v !== '' && v !== 'me' && !v.includes(',') && v.trim() === v;

/** The conditions of a list's address, whether in the short form (`status=new,active`) or as JSON. */
export function readFilter(search: ListSearch, quick: readonly string[]): Filter {
  const found: Filter = [];
  for (const key of quick) {
    const value = search[key];
    if (!value) continue;
    if (key === 'created') {
      const range = rangeOf(value);
      if (range) found.push(range);
      continue;
    }
    const words = value.split(',').filter(Boolean);
    if (words.length) found.push({ field: key, op: 'in', value: words });
  }
  return [...found, ...conditionsOf(parse(search.filter))];
}

/** The same conditions in a list's address: short where that says it all. */
export function writeFilter(search: ListSearch, filter: Filter, quick: readonly string[]): ListSearch {
  const out: ListSearch = { ...search, filter: undefined };
  for (const key of quick) out[key] = undefined;
  const rest: Filter = [];
  for (const node of filter) {
    if (!isGroup(node)) {
      const range = quick.includes('created') && !out.created ? rangeText(node) : null;
      if (range) {
        out.created = range;
        continue;
      }
      const { field, op, value } = node;
      const short = op === 'in' && quick.includes(field) && field !== 'created' && !out[field];
      if (short && Array.isArray(value) && value.length && value.every(plain)) {
        out[field] = value.join(',');
        continue;
      }
    }
    rest.push(node);
  }
  if (rest.length) out.filter = JSON.stringify({ and: rest });
  return out;
}

/** The JSON part of an address as the server is asked; nothing where it is no filter. */
export function filterText(search: ListSearch): string | undefined {
  const nodes = conditionsOf(parse(search.filter));
  return nodes.length ? JSON.stringify({ and: nodes }) : undefined;
}

/** Operators that stand alone. */
export const ALONE = [
  'empty',
  'not_empty',
  'today',
  'yesterday',
  'tomorrow',
  'this_week',
  'last_week',
  'next_week',
  'this_month',
  'last_month',
  'next_month',
  'this_year',
  'last_year',
];

/** Whether a condition says enough to be asked. */
export function isComplete(node: FilterNode): boolean {
  if (isGroup(node)) return membersOf(node).some(isComplete);
  if (ALONE.includes(node.op)) return true;
  const { value } = node;
  if (Array.isArray(value))
    return value.length > 0 && value.every((v) => v !== '' && v !== null && v !== undefined);
  if (typeof value === 'string') return value.trim() !== '';
  return value !== undefined && value !== null;
}

/** Without what is still being written. */
export function completed(filter: Filter): Filter {
  return filter.filter(isComplete).map((node) => {
    if (!isGroup(node)) return node;
    const word = 'and' in node ? 'and' : 'or';
    return groupOf(word, completed(membersOf(node)));
  });
}

/** The same text for the same filter, whatever the order in which the server or the address has its keys. */
export const canonical = (filter: Filter): string => {
  const tidy = (v: unknown): unknown =>
    Array.isArray(v)
      ? v.map(tidy)
      : object(v)
        ? Object.fromEntries(
            Object.keys(v)
              .sort()
              .map((k) => [k, tidy(v[k])]),
          )
        : v;
  return filter
    .map((n) => JSON.stringify(tidy(n)))
    .sort()
    .join('\n');
};
