import { describe, expect, it } from 'vitest';
import { allMatching, bodyOf, filterOf, type Selection, sizeOf, untouched } from './selection';

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
  it('tells how many a change leaves alone, unless it only guesses how many there are', () => {
    expect(untouched({ kind: 'rows', ids: ['a', 'b', 'c'] }, 1)).toBe(2);
    expect(untouched({ kind: 'rows', ids: ['a'] }, 1)).toBe(0);
    expect(untouched(allMatching({}, 43), 40)).toBe(3);
    expect(untouched(allMatching({}, 43, true), 40)).toBe(0);
    // somebody was added meanwhile
    expect(untouched(allMatching({}, 3), 4)).toBe(0);
  });
});
