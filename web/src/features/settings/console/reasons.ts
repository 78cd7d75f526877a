import type { Permission } from '@/components/explain';

// What the server says of a token, word by word: its sentences are English, the page may not be.
const REASONS: [RegExp, string][] = [
  [/^It is not a JSON Web Token/, 'notToken'],
  [/^It is signed with (?<what>\w+)/, 'algorithm'],
  [/^No secret is active/, 'noSecret'],
  [/signature does not fit/, 'signature'],
  [/^It has expired/, 'expired'],
  [/^It is not valid yet/, 'early'],
  [/^Another issuer/, 'issuer'],
  [/^It lacks (?<what>\w+)/, 'lacks'],
  [/claims can't be read/, 'claims'],
  [/^It names nobody/, 'nobody'],
  [/longer than 200/, 'longSubject'],
  [/meant for another tenant/, 'tenant'],
  [/exp is not a time/, 'badEnd'],
  [/account of this person is closed/, 'closed'],
  [/^The token names no role/, 'noRole'],
  [/^The role (?<what>.+) has no access/, 'unmapped'],
  [/^It can't be read/, 'unreadable'],
];

/** Which refusal it is, and what it is about; nothing for one that this page does not know. */
export function reasonOf(text: string): { key: string; what: string } | null {
  for (const [pattern, key] of REASONS) {
    const found = pattern.exec(text);
    if (found) return { key, what: found.groups?.what ?? '' };
  }
  return null;
}

export type Given = { key: string; scope: string };
export type GivenArea = { area: string; given: Given[] };

/** What a token gives, in the catalogue's order; what the catalogue does not name comes last, under its first word. */
export function givenByArea(
  permissions: Readonly<Record<string, string>>,
  catalogue: readonly Pick<Permission, 'key' | 'area'>[],
): GivenArea[] {
  const known = new Set(catalogue.map((p) => p.key));
  const rest = Object.keys(permissions).filter((key) => !known.has(key));
  const all = [...catalogue, ...rest.map((key) => ({ key, area: key.split('.')[0] ?? key }))];
  const areas = new Map<string, Given[]>();
  for (const { key, area } of all) {
    const scope = permissions[key];
    if (scope === undefined || scope === 'none') continue;
    areas.set(area, [...(areas.get(area) ?? []), { key, scope }]);
  }
  return [...areas].map(([area, given]) => ({ area, given }));
}

/** The scopes that appear in an area, widest first. */
export const scopesIn = (given: readonly Given[]): string[] =>
  ['all', 'team', 'own'].filter((scope) => given.some((g) => g.scope === scope));

/** A token that was pasted with what stands before it, or over several lines. */
export const tokenOf = (text: string): string =>
  text
    .trim()
    .replace(/^(authorization:\s*)?bearer\s+/i, '')
    .replace(/\s+/g, '');
