import { beforeEach, expect, it } from 'vitest';
import { readVisits, type Visit, withVisit } from './recent';

const visit = (id: string, title = id): Visit => ({ type: 'client', id, title });

beforeEach(() => sessionStorage.clear());

it('has the newest first, each once, and not too many', () => {
  const three = [visit('a'), visit('b'), visit('c')];
  expect(withVisit(three, visit('c', 'C')).map((v) => v.title)).toEqual(['C', 'a', 'b']);
  expect(
    withVisit(
      [...'abcdef'].map((x) => visit(x)),
      visit('g'),
    ),
  ).toHaveLength(6);
});
it('reads what it kept, for that user alone, and no rubbish', () => {
  sessionStorage.setItem('brokerdesk.recent.u1', JSON.stringify([visit('a'), { id: 'b' }, null]));
  expect(readVisits('u1')).toEqual([visit('a')]);
  expect(readVisits('u2')).toEqual([]);
  sessionStorage.setItem('brokerdesk.recent.u2', '{');
  expect(readVisits('u2')).toEqual([]);
});
