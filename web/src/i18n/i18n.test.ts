import { expect, it } from 'vitest';
import { prefixOf } from '.';

type Tree = { [key: string]: string | string[] | Tree };
const files = import.meta.glob<{ default: Tree }>('/src/**/i18n/*.json', { eager: true });
const PLURAL = /_(zero|one|two|few|many|other)$/;
const keys = (tree: Tree, path = ''): string[] =>
  Object.entries(tree).flatMap(([k, v]) =>
    typeof v === 'string' || Array.isArray(v) ? [`${path}${k}`.replace(PLURAL, '')] : keys(v, `${path}${k}.`),
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

const sources = import.meta.glob<string>(['/src/**/*.{ts,tsx}', '!/src/**/*.test.*'], {
  eager: true,
  query: '?raw',
  import: 'default',
});
it('has a text for every literal key in the code', () => {
  const known = new Set(
    Object.entries(files)
      .filter(([path]) => path.endsWith('/en.json'))
      .flatMap(([path, module]) => keys(module.default).map((k) => `${prefixOf(path)}.${k}`)),
  );
  const missing = Object.entries(sources).flatMap(([path, text]) =>
    [...text.matchAll(/\bt\(\s*'([\w-]+(?:\.[\w-]+)+)'/g)]
      .map((m) => m[1] as string)
      .filter((key) => !known.has(key))
      .map((key) => `${path}: ${key}`),
  );
  expect(missing).toEqual([]);
});
