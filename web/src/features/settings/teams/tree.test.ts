import { expect, it } from 'vitest';
import type { Team } from '@/api/types';
import { canMove, membersBelow, possibleParents, type TeamNode, teamTree } from './tree';

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
it('moves only where a tree remains and something changes', () => {
  const all = [team('a', null), team('b', 'a'), team('c', 'b'), team('d', null)];
  expect(canMove(all, 'c', 'a')).toBe(true);
  expect(canMove(all, 'c', 'd')).toBe(true);
  expect(canMove(all, 'b', null)).toBe(true);
  expect(canMove(all, 'b', 'a')).toBe(false);
  expect(canMove(all, 'a', null)).toBe(false);
  expect(canMove(all, 'a', 'a')).toBe(false);
  expect(canMove(all, 'a', 'c')).toBe(false);
  expect(canMove(all, 'x', 'a')).toBe(false);
});
it('counts everybody below', () => {
  const [root] = teamTree([
    { ...team('a', null), members: 2 },
    { ...team('b', 'a'), members: 3 },
    { ...team('c', 'b'), members: 4 },
  ]);
  expect(membersBelow(root as TeamNode)).toBe(9);
});
