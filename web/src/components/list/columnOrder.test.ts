import { describe, expect, it } from 'vitest';
import { parseListSearch, parseSearch, stringifySearch } from '@/lib/listSearch';
import { inNamedOrder, namedIn, shownAtFirst, toCols } from './columnOrder';

const COLUMNS = ['name', 'status', 'email', 'source', 'cf-level', 'actions'].map((id) => ({
  id,
  fixed: id === 'name' || id === 'actions',
}));
const HIDDEN = ['email'];
const ids = (cols: string | undefined) => inNamedOrder(COLUMNS, namedIn(cols)).map((x) => x.id);

describe('columns in the address', () => {
  it('stand in the order that it names, between the name and the actions', () => {
    expect(ids(undefined)).toEqual(['name', 'status', 'email', 'source', 'cf-level', 'actions']);
    expect(ids('source,name,custom.level,actions,status')).toEqual([
      'name',
      'source',
      'cf-level',
      'status',
      'email',
      'actions',
    ]);
    // a column that is gone leaves no hole
    expect(ids('gone,source')).toEqual(['name', 'source', 'status', 'email', 'cf-level', 'actions']);
  });
  it('are named only where they are not the usual ones', () => {
    const usual = COLUMNS.filter((x) => shownAtFirst(x, HIDDEN)).map((x) => x.id);
    expect(usual).toEqual(['name', 'status', 'source', 'actions']);
    expect(toCols(COLUMNS, usual, HIDDEN)).toBeUndefined();
    expect(toCols(COLUMNS, ['status', 'source'], HIDDEN)).toBeUndefined();
    expect(toCols(COLUMNS, ['source', 'status'], HIDDEN)).toBe('name,source,status,actions');
    expect(toCols(COLUMNS, ['cf-level', 'status'], HIDDEN)).toBe('name,custom.level,status,actions');
    expect(toCols(COLUMNS, [], HIDDEN)).toBe('name,actions');
  });
  it('come back from a link as they were, in whatever order', () => {
    const free = COLUMNS.filter((x) => !x.fixed).map((x) => x.id);
    // every choice of the four in two orders
    for (let bits = 0; bits < 16; bits += 1)
      for (const turn of [false, true]) {
        const shown = free.filter((_, i) => bits & (1 << i));
        if (turn) shown.reverse();
        const cols = toCols(COLUMNS, shown, HIDDEN);
        const link = parseListSearch(parseSearch(stringifySearch({ cols }))).cols;
        const named = namedIn(link);
        const onScreen = inNamedOrder(COLUMNS, named)
          .filter((x) => (named ? x.fixed || named.includes(x.id) : shownAtFirst(x, HIDDEN)))
          .map((x) => x.id);
        expect(onScreen).toEqual(['name', ...shown, 'actions']);
      }
  });
});
