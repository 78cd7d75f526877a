import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { useCountryOptions } from '@/data/countries';
import { humanise, type Option, useOwnerOptions, useTeamOptions } from '@/data/lookups';
import { LOCALES } from '@/i18n';
import type { SettingOut, SettingValue } from './types';

const listed = (kind: 'currency' | 'timeZone'): string[] => {
  try {
    return Intl.supportedValuesOf(kind);
  } catch {
    return [];
  }
};

/** The choices of a setting with names in the reader's language. */
export function useChoices(setting: SettingOut): Option[] {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const countries = useCountryOptions();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  return useMemo(() => {
    const of = (values: readonly string[], label: (value: string) => string) =>
      values.map((value) => ({ value, label: label(value) }));
    const offered = setting.options ?? [];
    if (setting.kind === 'countries') return countries;
    if (setting.kind === 'team') return teams;
    if (setting.kind === 'user') return owners;
    if (setting.kind === 'country')
      return offered.length ? countries.filter((o) => offered.includes(o.value)) : countries;
    if (setting.kind === 'currency') {
      const names = new Intl.DisplayNames([locale], { type: 'currency' });
      return of(offered.length ? offered : listed('currency'), (v) => `${v} · ${names.of(v) ?? v}`);
    }
    if (setting.kind === 'timezone')
      return of(offered.length ? offered : listed('timeZone'), (v) => v.replaceAll('_', ' '));
    if (setting.kind === 'locale')
      return of(
        offered.length ? offered : Object.keys(LOCALES),
        (v) => LOCALES[v as keyof typeof LOCALES]?.label ?? v,
      );
    return of(offered, (v) =>
      t([`general.option.${setting.key}.${v}`, `general.option.${v}`], { defaultValue: humanise(v) }),
    );
  }, [t, locale, countries, owners, teams, setting.kind, setting.key, setting.options]);
}

/** A value as a reader says it: for "Default: …". */
export function useSpoken(setting: SettingOut) {
  const { t } = useTranslation();
  const { int } = useFormat();
  const choices = useChoices(setting);
  return (value: SettingValue): string => {
    if (setting.kind === 'flag') return t(value ? 'general.on' : 'general.off');
    if (setting.kind === 'addresses' && (!Array.isArray(value) || !value.length))
      return t('general.anywhere');
    if ((setting.kind === 'team' || setting.kind === 'user') && !value) return t('general.nobody');
    const one = (v: string) => choices.find((o) => o.value === v)?.label ?? v;
    if (Array.isArray(value)) return value.map(one).join(', ') || t('general.nothing');
    if (typeof value === 'number') return int(value);
    return value ? one(String(value)) : t('general.nothing');
  };
}
