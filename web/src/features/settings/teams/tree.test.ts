import { expect, it } from 'vitest';
import type { Team } from '@/api/types';
import { possibleParents, teamTree } from './tree';

const team = (id: string, parent_id: string | null): Team => ({
  id,
  name: id,
  parent_id,
  leader_id: null,
  leader_name: null,
  members: 0,
});

it('builds the tree, sorted by name', () => {
  const tree = teamTree([team('b', 'a'), team('a', null), team('c', 'a'), team('x', 'unseen')]);
  expect(tree.map((n) => n.team.id)).toEqual(['a', 'x']);
  expect(tree[0]?.children.map((n) => n.team.id)).toEqual(['b', 'c']);
});
it('shows teams caught in a circle', () => {
  expect(teamTree([team('a', 'b'), team('b', 'a')])).toHaveLength(2);
});
it('never offers a team below itself', () => {
  const all = [team('a', null), team('b', 'a'), team('c', 'b'), team('d', null)];
  expect(possibleParents(all, 'a').map((x) => x.id)).toEqual(['d']);
  expect(possibleParents(all, undefined)).toHaveLength(4);
});
