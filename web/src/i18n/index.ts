import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LOCALES = {
  en: { dir: 'ltr', label: 'English' },
  ar: { dir: 'rtl', label: 'العربية' },
} as const;
export type Locale = keyof typeof LOCALES;
type Bundle = Record<string, unknown>;
type Eager = Record<string, { default: Bundle }>;
type Lazy = Record<string, () => Promise<unknown>>;

const STORE = 'brokerdesk.locale';
const isLocale = (v: unknown): v is Locale => typeof v === 'string' && v in LOCALES;

/** `…/features/clients/i18n/en.json` holds the keys under `clients.`: the folder's name is the prefix. */
export const prefixOf = (path: string): string => path.match(/([^/]+)\/i18n\/[^/]+\.json$/)?.[1] ?? 'common';

let lazyArabic: Lazy = {};
let appTexts: Promise<void> = Promise.resolve();

/** Resolves when the English of the pages behind the sign-in is there: whatever shows such a page waits for it. */
export const appTextsReady = (): Promise<void> => appTexts;

const loadAll = async (files: Lazy): Promise<Bundle> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(files).map(
        async ([path, load]) => [prefixOf(path), ((await load()) as { default: Bundle }).default] as const,
      ),
    ),
  );

export function preferredLocale(fallback: string): Locale {
  const stored = localStorage.getItem(STORE);
  if (isLocale(stored)) return stored;
  return isLocale(fallback) ? fallback : 'en';
}

type Texts = {
  en: Eager;
  ar: Lazy;
  /** English that the first paint and the sign-in do without. */
  app?: Lazy;
};

/** English travels with the page, Arabic is fetched when chosen. Each entry passes the bundles it needs. */
export async function setupI18n(texts: Texts, locale: Locale): Promise<void> {
  lazyArabic = texts.ar;
  const en: Bundle = {};
  for (const [path, module] of Object.entries(texts.en)) en[prefixOf(path)] = module.default;
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
    react: { useSuspense: false },
  });
  const { app } = texts;
  if (app)
    appTexts = loadAll(app).then((bundle) => {
      i18next.addResourceBundle('en', 'translation', bundle, true, true);
    });
  await applyLocale(locale);
}

export async function applyLocale(locale: Locale): Promise<void> {
  if (locale === 'ar' && !i18next.hasResourceBundle('ar', 'translation')) {
    i18next.addResourceBundle('ar', 'translation', await loadAll(lazyArabic));
  }
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = LOCALES[locale].dir;
}

export function rememberLocale(locale: Locale): void {
  localStorage.setItem(STORE, locale);
}

export { i18next };
