import { expect, it } from 'vitest';
import { inOrder, moved } from './moved';

it('takes one entry to another place', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
});
it('sorts by keys and keeps what they do not name at the end', () => {
  const items = ['new', 'lost', 'vip'].map((key) => ({ key }));
  const keys = inOrder(items, (x) => x.key, ['vip', 'new']).map((x) => x.key);
  expect(keys).toEqual(['vip', 'new', 'lost']);
});
