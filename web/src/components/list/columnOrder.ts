import { CUSTOM_COLUMN, toId, toWord } from './desk/columnWords';

/** What there is to know of a column to put it in its place. */
export type Place = { id: string; fixed: boolean };

/**
 * The columns in the order that an address names. What it does not name stands behind, hidden; the first column and the
 * row's actions at the end stay where they are.
 */
export function inNamedOrder<T extends Place>(columns: readonly T[], named: readonly string[] | null): T[] {
  if (!named) return [...columns];
  const first = columns.findIndex((x) => !x.fixed);
  const free = columns.filter((x) => !x.fixed);
  const place = (x: T) => (named.indexOf(x.id) + 1 || named.length + 1) - 1;
  return [
    ...columns.filter((x, i) => x.fixed && (first < 0 || i < first)),
    ...free.sort((a, b) => place(a) - place(b)),
    ...columns.filter((x, i) => x.fixed && first >= 0 && i > first),
  ];
}

/** Whether a column is on screen before anybody said anything: the company's own fields are not. */
export const shownAtFirst = (x: Place, hidden: readonly string[]): boolean =>
  x.fixed || (!x.id.startsWith(CUSTOM_COLUMN) && !hidden.includes(x.id));

/** `cols` of the address as ids; null where it says nothing. */
export const namedIn = (cols: string | undefined): string[] | null =>
  cols ? cols.split(',').filter(Boolean).map(toId) : null;

/** The shown columns as the address says them; nothing where they are what everybody gets. */
export function toCols<T extends Place>(
  columns: readonly T[],
  shown: readonly string[],
  hidden: readonly string[],
): string | undefined {
  const usual = columns.filter((x) => shownAtFirst(x, hidden)).map((x) => x.id);
  const all = inNamedOrder(columns, shown)
    .filter((x) => x.fixed || shown.includes(x.id))
    .map((x) => x.id);
  return all.join() === usual.join() ? undefined : all.map(toWord).join(',');
}
