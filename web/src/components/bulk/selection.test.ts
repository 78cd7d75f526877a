import { describe, expect, it } from 'vitest';
import { allMatching, bodyOf, filterOf, isLarge, type Selection, sizeOf } from './selection';

describe('selection', () => {
  it('means what the list was asked for, whatever its order', () => {
    expect(
      filterOf({ status: 'new,active', search: 'maya', sort: '-name', cursor: 'x', country: '' }),
    ).toEqual({
      status: 'new,active',
      search: 'maya',
    });
  });
  it('goes out as rows or as a filter with exceptions', () => {
    expect(bodyOf({ kind: 'rows', ids: ['a'] })).toEqual({ ids: ['a'] });
    const all = allMatching({ status: 'new', sort: 'name' }, 9152);
    expect(bodyOf(all)).toEqual({ filter: { status: 'new' } });
    const some: Selection = { ...all, except: ['b'] } as Selection;
    expect(bodyOf(some)).toEqual({ filter: { status: 'new' }, except: ['b'] });
    expect(sizeOf(some)).toBe(9151);
  });
  it('asks before a large change', () => {
    expect(isLarge({ kind: 'rows', ids: Array.from({ length: 500 }, String) })).toBe(false);
    expect(isLarge({ kind: 'rows', ids: Array.from({ length: 501 }, String) })).toBe(true);
    expect(isLarge(allMatching({}, 3))).toBe(true);
  });
});
