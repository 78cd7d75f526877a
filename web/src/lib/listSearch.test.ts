import { describe, expect, it } from 'vitest';
import {
  apiQuery,
  clearFilters,
  formatSort,
  isFiltered,
  parseListSearch,
  parseSearch,
  parseSort,
  stringifySearch,
  toggleValue,
  valuesOf,
} from './listSearch';

describe('filters and URL', () => {
  it('survives the way through the URL', () => {
    const search = {
      status: 'new,active',
      q: 'maya & co',
      sort: '-created_at',
      created: '2026-01-01..2026-02-01',
    };
    const text = stringifySearch(search);
    expect(text).toContain('status=new,active');
    expect(parseListSearch(parseSearch(text))).toEqual(search);
  });
  it('leaves empty values out', () => {
    expect(stringifySearch({ a: '', b: undefined, c: null })).toBe('');
    expect(parseListSearch({ a: '', b: 3, c: {} })).toEqual({ b: '3' });
  });
  it('toggles one value of a list', () => {
    const once = toggleValue({}, 'status', 'new');
    const twice = toggleValue(once, 'status', 'vip');
    expect(valuesOf(twice, 'status')).toEqual(['new', 'vip']);
    expect(toggleValue(toggleValue(twice, 'status', 'new'), 'status', 'vip').status).toBeUndefined();
  });
  it('reads and writes the sort', () => {
    expect(parseSort('-balance')).toEqual({ id: 'balance', desc: true });
    expect(parseSort('name')).toEqual({ id: 'name', desc: false });
    expect(formatSort(parseSort('-balance'))).toBe('-balance');
    expect(formatSort(null)).toBeUndefined();
  });
  it('asks the server only for known filters', () => {
    const search = { status: 'new', q: ' maya ', sort: 'name', tab: 'x', created: '2026-01-01..2026-02-01' };
    expect(apiQuery(search, ['status', 'created'])).toEqual({
      status: 'new',
      search: 'maya',
      sort: 'name',
      created_from: '2026-01-01',
      created_to: '2026-02-01',
    });
  });
  it('ignores half-typed days and open ends', () => {
    expect(apiQuery({ created: '2026-01..' }, ['created'])).toEqual({});
    expect(apiQuery({ created: '..2026-02-01' }, ['created'])).toEqual({ created_to: '2026-02-01' });
  });
  it('knows whether anything is filtered and clears it', () => {
    const search = { status: 'new', sort: 'name' };
    expect(isFiltered(search, ['status'])).toBe(true);
    expect(isFiltered(clearFilters(search, ['status']), ['status'])).toBe(false);
    expect(clearFilters(search, ['status']).sort).toBe('name');
  });
});
