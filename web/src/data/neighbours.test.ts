import { expect, it } from 'vitest';
import { listOf, listWord } from './neighbours';

it('takes the list along in one word, and finds it again', () => {
  const search = {
    status: 'new,active',
    sort: '-name',
    q: 'Müller & Sohn',
    peek: 'x',
    new: '1',
    tab: 'audit',
  };
  const word = listWord(search);
  expect(listOf(word)).toEqual({ status: 'new,active', sort: '-name', q: 'Müller & Sohn' });
});
it('has no word for the plain list', () => {
  expect(listWord({ peek: 'x', edit: '1' })).toBeUndefined();
  expect(listOf(undefined)).toEqual({});
});
