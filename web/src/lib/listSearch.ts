import { filterText } from './filters';

/** The state of a list lives in the URL as plain text: `?status=new,active&sort=-created_at&q=maya`. */
export type ListSearch = Record<string, string | undefined>;

export function parseListSearch(input: Record<string, unknown>): ListSearch {
  const out: ListSearch = {};
  for (const [key, value] of Object.entries(input)) {
    if (typeof value === 'string' && value !== '') out[key] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') out[key] = String(value);
  }
  return out;
}

/** Plain query strings: no JSON quoting, so links stay readable and can be typed by hand. */
export const parseSearch = (text: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text.startsWith('?') ? text.slice(1) : text));

export function stringifySearch(search: Record<string, unknown>): string {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(search))
    if (value !== undefined && value !== null && value !== '') out.set(key, String(value));
  const text = out.toString().replaceAll('%2C', ',');
  return text ? `?${text}` : '';
}

export const valuesOf = (search: ListSearch, key: string): string[] =>
  search[key]?.split(',').filter(Boolean) ?? [];

export function toggleValue(search: ListSearch, key: string, value: string): ListSearch {
  const now = valuesOf(search, key);
  const next = now.includes(value) ? now.filter((v) => v !== value) : [...now, value];
  return { ...search, [key]: next.length ? next.join(',') : undefined };
}

export type SortState = { id: string; desc: boolean } | null;
export const parseSort = (text: string | undefined): SortState =>
  text ? { id: text.replace(/^-/, ''), desc: text.startsWith('-') } : null;
export const formatSort = (sort: SortState): string | undefined =>
  sort ? (sort.desc ? '-' : '') + sort.id : undefined;

/** `sort=-status,name`: the first counts most. */
export const parseSorts = (text: string | undefined): { id: string; desc: boolean }[] =>
  (text ?? '')
    .split(',')
    .filter((part) => part.replace(/^-/, ''))
    .map((part) => ({ id: part.replace(/^-/, ''), desc: part.startsWith('-') }));
export const formatSorts = (sorts: readonly { id: string; desc: boolean }[]): string | undefined =>
  sorts.map((s) => (s.desc ? '-' : '') + s.id).join(',') || undefined;

const isDay = (v: string | undefined): v is string => Boolean(v && /^\d{4}-\d{2}-\d{2}$/.test(v));

/** What the server is asked for: known filters only, `q` becomes `search`; a last day includes the whole day. */
export function apiQuery(search: ListSearch, filters: readonly string[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const key of filters) {
    const value = search[key];
    if (value) out[key] = value;
  }
  if (search.q?.trim()) out.search = search.q.trim();
  if (search.sort) out.sort = search.sort;
  const filter = filterText(search);
  if (filter) out.filter = filter;
  if (filters.includes('created')) {
    delete out.created;
    const [from, to] = (search.created ?? '').split('..');
    if (isDay(from)) out.created_from = from;
    if (isDay(to)) out.created_to = to;
  }
  return out;
}

export const isFiltered = (search: ListSearch, filters: readonly string[]): boolean =>
  Boolean(search.q || search.filter) || filters.some((key) => Boolean(search[key]));

export const clearFilters = (search: ListSearch, filters: readonly string[]): ListSearch => ({
  ...search,
  ...Object.fromEntries(filters.map((key) => [key, undefined])),
  q: undefined,
  filter: undefined,
});
