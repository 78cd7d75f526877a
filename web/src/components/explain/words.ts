import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldLevel, Scope } from '@/api/types';
import type { Hue } from '@/components/StatusPill';
import { humanise } from '@/data/lookups';
import { useCatalogue } from './catalogue';
import type { FieldGroup } from './types';

export const SCOPES = ['none', 'own', 'team', 'all'] as const satisfies readonly Scope[];
export const LEVELS = ['full', 'masked', 'hidden'] as const satisfies readonly FieldLevel[];
export const SCOPE_HUE: Record<Scope, Hue> = { none: 'grey', own: 'blue', team: 'teal', all: 'green' };
export const LEVEL_HUE: Record<FieldLevel, Hue> = { full: 'green', masked: 'amber', hidden: 'grey' };
const isScope = (v: string): v is Scope => SCOPES.includes(v as Scope);
const isLevel = (v: string): v is FieldLevel => LEVELS.includes(v as FieldLevel);

/** Permissions and fields in the reader's language; the server's own title where there is no other. */
export function useAccessWords() {
  const { t } = useTranslation();
  const { data } = useCatalogue();
  return useMemo(() => {
    const titles = new Map(
      [...(data?.permissions ?? []), ...(data?.fields ?? [])].map((x) => [x.key, x.title]),
    );
    const named = (kind: 'can' | 'sees', key: string) => {
      const word = key.replaceAll('.', '_');
      const title = titles.get(key) ?? humanise(key);
      return t([`explain.${kind}.${word}`, `settings.roles.${kind}.${word}`], { defaultValue: title });
    };
    const isField = (key: string) => Boolean(data?.fields.some((f) => f.key === key));
    return {
      area: (area: string) =>
        t([`explain.area.${area}`, `settings.roles.area.${area}`], { defaultValue: humanise(area) }),
      group: (group: FieldGroup) => t(`explain.group.${group}`, { defaultValue: humanise(group) }),
      can: (key: string) => named('can', key),
      sees: (key: string) => named('sees', key),
      /** A permission or a field, whichever it is. */
      either: (key: string) => named(isField(key) ? 'sees' : 'can', key),
      scope: (scope: Scope) => t(`explain.scope.${scope}`),
      level: (level: FieldLevel) => t(`explain.level.${level}`),
      /** A scope or a level, whichever it is. */
      value: (v: string) =>
        isScope(v) ? t(`explain.scope.${v}`) : isLevel(v) ? t(`explain.level.${v}`) : humanise(v),
      hue: (v: string): Hue => (isScope(v) ? SCOPE_HUE[v] : isLevel(v) ? LEVEL_HUE[v] : 'grey'),
    };
  }, [t, data]);
}
export type AccessWords = ReturnType<typeof useAccessWords>;
