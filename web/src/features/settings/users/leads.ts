import { useQuery } from '@tanstack/react-query';
import type { Team, User } from '@/api/types';
import { teamsQuery } from '@/data/lookups';
import { useCan, useMe } from '@/session/session';

type Node = Pick<Team, 'id' | 'parent_id' | 'leader_id'>;

/** Whether somebody leads this person's team or one above it. Nobody leads themselves. */
export function leads(teams: Node[], me: string, user: Pick<User, 'id' | 'team_id'>): boolean {
  if (me === user.id) return false;
  const byId = new Map(teams.map((team) => [team.id, team]));
  const seen = new Set<string>();
  let at = user.team_id ? byId.get(user.team_id) : undefined;
  while (at && !seen.has(at.id)) {
    if (at.leader_id === me) return true;
    seen.add(at.id);
    at = at.parent_id ? byId.get(at.parent_id) : undefined;
  }
  return false;
}

export function useLeads(user: User): boolean {
  const can = useCan();
  const me = useMe();
  const { data } = useQuery({ ...teamsQuery, enabled: can('teams.read') });
  return leads(data?.data ?? [], me.user.id, user);
}
