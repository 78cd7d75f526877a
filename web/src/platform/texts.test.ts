import { describe, expect, it } from 'vitest';

type Tree = { [key: string]: string | string[] | Tree };
const files = import.meta.glob<{ default: Tree }>(
  [
    './i18n/*.json',
    '../components/{page,onboarding,provisioning}/i18n/*.json',
    '../features/{signup,owner,publicform,accept}/i18n/*.json',
  ],
  { eager: true },
);
const FORMS: Record<string, string[]> = {
  en: ['one', 'other'],
  ar: ['zero', 'one', 'two', 'few', 'many', 'other'],
};
const PLURAL = /_(zero|one|two|few|many|other)$/;

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') out.set(prefix + key, value);
    else for (const [k, v] of flat(value as Tree, `${prefix + key}.`)) out.set(k, v);
  }
  return out;
}
/** Template names and module names known to the server come with their English text. */
const FROM_SERVER = /^(template\.(names|about)|module)\./;
const plain = (keys: Iterable<string>) =>
  [...new Set([...keys].map((k) => k.replace(PLURAL, '')))].filter((k) => !FROM_SERVER.test(k)).sort();
const slots = (text: string) => [...new Set(text.match(/\{\{\w+\}\}|<\/?\w+>/g) ?? [])].sort();

const folders = [...new Set(Object.keys(files).map((path) => path.replace(/(en|ar)\.json$/, '')))];

describe.each(folders)('%s', (folder) => {
  const en = flat(files[`${folder}en.json`]?.default ?? {});
  const ar = flat(files[`${folder}ar.json`]?.default ?? {});

  it('has every text in both languages', () => {
    expect(plain(ar.keys())).toEqual(plain(en.keys()));
    for (const text of [...en.values(), ...ar.values()]) expect(text.trim()).not.toBe('');
  });

  it('has every plural form', () => {
    for (const [language, texts] of [
      ['en', en],
      ['ar', ar],
    ] as const)
      for (const key of texts.keys()) {
        if (!PLURAL.test(key)) continue;
        for (const form of FORMS[language] ?? [])
          expect([...texts.keys()]).toContain(key.replace(PLURAL, `_${form}`));
      }
  });

  it('uses the same placeholders', () => {
    for (const [key, text] of en) {
      if (PLURAL.test(key)) continue;
      expect([key, slots(ar.get(key) ?? '')]).toEqual([key, slots(text)]);
    }
  });
});
