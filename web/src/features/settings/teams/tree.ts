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
