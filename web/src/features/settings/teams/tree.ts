import type { Team } from '@/api/types';

export type TeamNode = { team: Team; children: TeamNode[] };

/** A parent that cannot be seen makes its child a root; a circle never hides a team. */
export function teamTree(teams: readonly Team[]): TeamNode[] {
  const ids = new Set(teams.map((x) => x.id));
  const placed = new Set<string>();
  const byName = (a: TeamNode, b: TeamNode) => a.team.name.localeCompare(b.team.name);
  const build = (parent: string | null): TeamNode[] =>
    teams
      .filter((x) => (parent === null ? !x.parent_id || !ids.has(x.parent_id) : x.parent_id === parent))
      .filter((x) => !placed.has(x.id) && placed.add(x.id))
      .map((team) => ({ team, children: build(team.id) }))
      .sort(byName);
  const roots = build(null);
  const lost = teams.filter((x) => !placed.has(x.id)).map((team) => ({ team, children: [] }));
  return [...roots, ...lost];
}

/** A team cannot be put below itself or below what is under it. */
export function possibleParents(teams: readonly Team[], id: string | undefined): Team[] {
  if (!id) return [...teams];
  const below = new Set([id]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const x of teams)
      if (x.parent_id && below.has(x.parent_id) && !below.has(x.id)) {
        below.add(x.id);
        grew = true;
      }
  }
  return teams.filter((x) => !below.has(x.id));
}

/** Whether a move would change anything and leave a tree. `null` is the place above all teams. */
export function canMove(teams: readonly Team[], id: string, parent: string | null): boolean {
  const team = teams.find((x) => x.id === id);
  if (!team || (team.parent_id ?? null) === parent) return false;
  return parent === null || possibleParents(teams, id).some((x) => x.id === parent);
}

/** Everybody in a team and in what is below it. */
export function membersBelow(node: TeamNode): number {
  return node.children.reduce((sum, child) => sum + membersBelow(child), node.team.members);
}
