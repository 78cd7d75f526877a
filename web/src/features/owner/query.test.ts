import { describe, expect, it } from 'vitest';
import { DEFAULT_SORT, nextSort, readTenantsView } from './query';

describe('readTenantsView', () => {
  it('has defaults for an empty address', () => {
    expect(readTenantsView({})).toEqual({ q: '', status: '', sort: DEFAULT_SORT, page: 1 });
  });
  it('keeps what is valid and drops the rest', () => {
    expect(readTenantsView({ q: 24, status: 'active', sort: '-name', page: '3' })).toEqual({
      q: '24',
      status: 'active',
      sort: '-name',
      page: 3,
    });
    expect(readTenantsView({ status: 'x', sort: 'password', page: -2 })).toEqual(readTenantsView({}));
  });
});

it('turns the direction on the second click', () => {
  expect(nextSort(DEFAULT_SORT, 'name')).toBe('name');
  expect(nextSort('name', 'name')).toBe('-name');
  expect(nextSort('-name', 'created_at')).toBe('-created_at');
  expect(nextSort('-created_at', 'created_at')).toBe('created_at');
});
