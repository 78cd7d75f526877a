import { expect, test } from 'vitest';
import { leads } from './leads';

const team = (id: string, parent_id: string | null, leader_id: string | null) => ({
  id,
  parent_id,
  leader_id,
});

test('who leads a team leads those below it', () => {
  const teams = [team('desk', null, 'lena'), team('night', 'desk', null), team('away', null, 'ralf')];
  const of = (id: string, team_id: string | null) => ({ id, team_id });
  expect(leads(teams, 'lena', of('anna', 'night'))).toBe(true);
  expect(leads(teams, 'lena', of('ben', 'desk'))).toBe(true);
  expect(leads(teams, 'ralf', of('anna', 'night'))).toBe(false);
  expect(leads(teams, 'lena', of('cleo', null))).toBe(false);
  expect(leads(teams, 'lena', of('lena', 'desk'))).toBe(false);
});

test('a ring of teams ends the search', () => {
  expect(leads([team('a', 'b', null), team('b', 'a', null)], 'x', { id: 'y', team_id: 'a' })).toBe(false);
});
