import type { AssignmentRule, AssignmentRulePatch } from '@/api/types';

/** A rule as the form has it. */
export type RuleValues = {
  name: string;
  countries: string[];
  languages: string[];
  sources: string[];
  partners: string[];
  to: 'users' | 'team';
  users: string[];
  team_id: string | null;
  method: string;
  max_open: number | string;
};

export const valuesOf = (rule?: AssignmentRule): RuleValues => ({
  name: rule?.name ?? '',
  countries: rule?.countries ?? [],
  languages: rule?.languages ?? [],
  sources: rule?.sources ?? [],
  partners: rule?.partners ?? [],
  to: rule?.team_id ? 'team' : 'users',
  users: rule?.users ?? [],
  team_id: rule?.team_id ?? null,
  method: rule?.method ?? 'round_robin',
  max_open: rule?.max_open ?? '',
});

/** As the server takes it; an empty limit is sent as none. */
export function bodyOf(values: RuleValues): AssignmentRulePatch {
  const { name, countries, languages, sources, partners, to, users, team_id, method, max_open } = values;
  return {
    name: name.trim(),
    countries,
    languages,
    sources,
    partners,
    users: to === 'users' ? users : [],
    ...(to === 'team' && team_id ? { team_id } : {}),
    method,
    max_open: max_open === '' ? 0 : Number(max_open),
  };
}
