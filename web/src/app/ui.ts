import { createContext, useContext, useMemo } from 'react';
import type { Locale } from '@/i18n';
import * as f from '@/lib/format';
import type { Branding } from '@/theme/branding';

export type Ui = {
  branding: Branding;
  setBranding: (b: Branding) => void;
  locale: Locale;
  changeLocale: (l: Locale) => Promise<void>;
};
export const UiContext = createContext<Ui | null>(null);

export function useUi(): Ui {
  const ui = useContext(UiContext);
  if (!ui) throw new Error('AppProviders missing');
  return ui;
}

/** The formatters of lib/format bound to the current language. */
export function useFormat() {
  const { locale } = useUi();
  return useMemo(
    () => ({
      locale,
      money: f.money,
      int: (n: number) => f.integer(locale, n),
      percent: (n: number) => f.percent(locale, n),
      bytes: (n: number) => f.bytes(locale, n),
      date: (iso: string) => f.date(locale, iso),
      dateTime: (iso: string) => f.dateTime(locale, iso),
      shortDay: (iso: string) => f.shortDay(locale, iso),
      time: (iso: string) => f.time(locale, iso),
      weekday: (iso: string) => f.weekday(locale, iso),
      lasting: (seconds: number) => f.lasting(locale, seconds),
      ago: (iso: string) => f.relativeTime(locale, iso),
      country: (code: string) => f.countryName(locale, code),
      language: (code: string) => f.languageName(locale, code),
    }),
    [locale],
  );
}
