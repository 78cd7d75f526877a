import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssignmentRule } from '@/api/types';
import { useFormat } from '@/app/ui';
import { humanise, useOwnerOptions, usePartnerOptions, useTeamOptions } from '@/data/lookups';

/** What a rule looks at, and who gets the records, in words. */
export function useRuleWords() {
  const { t } = useTranslation();
  const f = useFormat();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const partners = usePartnerOptions();
  return useMemo(() => {
    const few = (words: string[]) =>
      words.length > 3
        ? t('assignment.andMore', {
            first: words.slice(0, 2).join(', '),
            count: words.length - 2,
            n: f.int(words.length - 2),
          })
        : words.join(', ');
    const named = (list: { value: string; label: string }[], id: string) =>
      list.find((o) => o.value === id)?.label ?? t('components.someone');
    return {
      when: (rule: AssignmentRule): string => {
        const parts = [
          rule.countries.length && few(rule.countries.map((x) => f.country(x))),
          rule.languages.length && few(rule.languages.map((x) => f.language(x))),
          rule.sources.length && few(rule.sources.map(humanise)),
          rule.partners.length && few(rule.partners.map((x) => named(partners, x))),
        ].filter((x): x is string => Boolean(x));
        return parts.length ? parts.join(' · ') : t('assignment.any');
      },
      to: (rule: AssignmentRule): string =>
        rule.team_id
          ? (teams.find((o) => o.value === rule.team_id)?.label ?? t('components.someTeam'))
          : few(rule.users.map((x) => named(owners, x))),
    };
  }, [t, f, owners, teams, partners]);
}
