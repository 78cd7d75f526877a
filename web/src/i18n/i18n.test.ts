import { expect, it } from 'vitest';
import { prefixOf } from '.';

type Tree = { [key: string]: string | Tree };
const files = import.meta.glob<{ default: Tree }>('/src/**/i18n/*.json', { eager: true });
const PLURAL = /_(zero|one|two|few|many|other)$/;
const keys = (tree: Tree, path = ''): string[] =>
  Object.entries(tree).flatMap(([k, v]) =>
    typeof v === 'string' ? [`${path}${k}`.replace(PLURAL, '')] : keys(v, `${path}${k}.`),
  );
const unique = (list: string[]) => [...new Set(list)].sort();

it('takes the prefix from the folder', () => {
  expect(prefixOf('/src/features/clients/i18n/en.json')).toBe('clients');
  expect(prefixOf('../components/i18n/ar.json')).toBe('components');
});
it.each(Object.keys(files).filter((f) => f.endsWith('/en.json')))('%s is complete in Arabic', (path) => {
  const arabic = new Set(keys(files[path.replace('/en.json', '/ar.json')]?.default ?? {}));
  expect(unique(keys(files[path]?.default ?? {})).filter((k) => !arabic.has(k))).toEqual([]);
});
