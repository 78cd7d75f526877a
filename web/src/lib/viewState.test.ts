import { describe, expect, it } from 'vitest';
import { canonical, completed, type Filter, type FilterNode, readFilter, writeFilter } from './filters';
import { apiQuery, type ListSearch, parseListSearch, parseSearch, stringifySearch } from './listSearch';
import { fromStored, isBare, sameState, searchOf, stateOf, toStored, type ViewState } from './viewState';

const QUICK = ['status', 'country', 'assigned_to', 'created'];

/** Numbers that are the same in every run. */
function random(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { below, pick: <T>(list: readonly T[]): T => list[below(list.length)] as T };
}
type Random = ReturnType<typeof random>;

const WORDS = [
  'new',
  'active',
  'a,b',
  ' x ',
  'me',
  'none',
  '100%',
  'ü&=+#',
  '"quoted"',
  'DE',
  '{"and":[]}',
  '؟',
];
const DAYS = ['2026-01-01', '2026-12-31', '2024-02-29'];

function condition(r: Random): FilterNode {
  switch (r.below(6)) {
    case 0:
      return { field: r.pick(['name', 'custom.note']), op: 'contains', value: r.pick(WORDS) };
    case 1:
      return { field: 'created_at', op: 'between', value: [r.pick(DAYS), r.pick(DAYS)] };
    case 2:
      return { field: 'created_at', op: r.pick(['today', 'last_month', 'empty']) };
    case 3:
      return { field: 'created_at', op: 'within', value: { last: 1 + r.below(30), unit: 'day' } };
    case 4:
      return { field: 'balance', op: 'between', value: [r.below(100), 100.5] };
    default:
      return {
        field: r.pick(['status', 'country', 'assigned_to', 'custom.level']),
        op: r.pick(['in', 'in', 'not_in']),
        value: Array.from({ length: 1 + r.below(3) }, () => r.pick(WORDS)),
      };
  }
}
const node = (r: Random, depth: number): FilterNode => {
  if (depth > 2 || r.below(4)) return condition(r);
  const nodes = Array.from({ length: 1 + r.below(3) }, () => node(r, depth + 1));
  return r.below(2) ? { or: nodes } : { and: nodes };
};
const filter = (r: Random): Filter => Array.from({ length: r.below(5) }, () => node(r, 1));
const state = (r: Random): ViewState => ({
  filter: filter(r),
  sort: r.pick([null, '-created_at', 'status,-custom.level,name']),
  columns: r.pick([null, ['name', 'custom.level', 'status']]),
  density: r.pick([null, 'compact', 'comfortable'] as const),
});
const throughUrl = (search: ListSearch): ListSearch => parseListSearch(parseSearch(stringifySearch(search)));

describe('a view and its address', () => {
  it('is the same after the way through the address, whatever it holds', () => {
    const r = random(20261126);
    for (let i = 0; i < 2000; i += 1) {
      const before = state(r);
      const search = throughUrl(searchOf(before, QUICK, 'some-id'));
      const after = stateOf(search, QUICK);
      expect(sameState(before, after), JSON.stringify({ before, search, after })).toBe(true);
      expect(search.view).toBe('some-id');
      // and again through what the server keeps
      const kept = JSON.parse(JSON.stringify(toStored(after)));
      expect(sameState(fromStored(kept), before)).toBe(true);
    }
  });
  it('tells views apart', () => {
    const r = random(7);
    let apart = 0;
    for (let i = 0; i < 500; i += 1) {
      const [a, b] = [state(r), state(r)];
      if (JSON.stringify(a) === JSON.stringify(b)) continue;
      apart += Number(!sameState(a, b));
    }
    expect(apart).toBeGreaterThan(450);
  });
  it('keeps the short form where it says it all', () => {
    const conditions: Filter = [
      { field: 'status', op: 'in', value: ['new', 'active'] },
      { field: 'created_at', op: 'between', value: ['2026-01-01', '2026-02-01'] },
      { field: 'assigned_to', op: 'in', value: ['me'] },
      { field: 'status', op: 'in', value: ['vip'] },
    ];
    const search = writeFilter({ q: 'x', status: 'old' }, conditions, QUICK);
    expect(search).toMatchObject({ q: 'x', status: 'new,active', created: '2026-01-01..2026-02-01' });
    expect(JSON.parse(search.filter ?? '')).toEqual({ and: conditions.slice(2) });
    expect(apiQuery(search, QUICK)).toMatchObject({ status: 'new,active', filter: search.filter });
  });
  it('reads links with one open end, and lives with anything that was typed', () => {
    expect(throughUrl(writeFilter({}, readFilter({ created: '2026-01-01..' }, QUICK), QUICK)).created).toBe(
      '2026-01-01..',
    );
    for (const filter of ['x', '[]', '{"and":{}}', '{"and":[1,{"field":2}]}', '{"or":[]}'])
      expect(readFilter({ filter }, QUICK)).toEqual([]);
  });
  it('knows a bare address', () => {
    expect(isBare({ peek: 'x' }, QUICK)).toBe(true);
    for (const search of [
      { q: 'a' },
      { status: 'new' },
      { sort: 'name' },
      { view: 'all' },
      { density: 'compact' },
    ])
      expect(isBare(search, QUICK)).toBe(false);
  });
});

describe('conditions that are being written', () => {
  it('are not asked yet', () => {
    const done = { field: 'status', op: 'in', value: ['new'] };
    const open: Filter = [
      { field: 'status', op: 'in', value: [] },
      { field: 'name', op: 'is', value: ' ' },
      { field: 'created_at', op: 'between', value: ['2026-01-01', ''] },
      { or: [{ field: 'name', op: 'contains' }] },
      { or: [{ field: 'name', op: 'contains' }, done] },
      { field: 'flag', op: 'is', value: false },
    ];
    expect(completed(open)).toEqual([{ or: [done] }, { field: 'flag', op: 'is', value: false }]);
    expect(canonical([done, { field: 'a', op: 'empty' }])).toBe(
      canonical([{ field: 'a', op: 'empty' }, done]),
    );
  });
});
