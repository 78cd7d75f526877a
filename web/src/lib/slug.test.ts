import { describe, expect, it } from 'vitest';
import { cleanSlug, SLUG_MAX, slugAlternatives, slugShape, suggestSlug, tenantHost } from './slug';

describe('suggestSlug', () => {
  it.each([
    ['Northwind Markets', 'northwind-markets'],
    ['Northwind Markets Ltd.', 'northwind-markets'],
    ['  Crédit Génève S.A. ', 'credit-geneve'],
    ['Smith & Sons', 'smith-and-sons'],
    ["O'Brien Capital", 'obrien-capital'],
    ['Straße FX GmbH', 'strasse-fx'],
    ['24 Option', 'option'],
    ['IG', 'ig-crm'],
    ['Альфа Форекс', 'alfa-foreks'],
    ['النور', 'alnwr'],
    ['Ltd', 'ltd-crm'],
    ['東京', ''],
    ['', ''],
  ])('%s gives %s', (company, slug) => {
    expect(suggestSlug(company)).toBe(slug);
  });

  it('cuts long names at a word and always fits the rule', () => {
    const slug = suggestSlug('International Commodity Brokerage Services of Central Europe');
    expect(slug.length).toBeLessThanOrEqual(SLUG_MAX);
    expect(slug).toBe('international-commodity');
    for (const name of ['A B C D', `${'x'.repeat(60)}`, 'Z--Y Trading', 'a-_-b'])
      expect(slugShape(suggestSlug(name))).toBeNull();
  });
});

describe('slugShape', () => {
  it.each(['acme', 'northwind-fx', 'a1b2', `a${'b'.repeat(30)}c`])('%s is fine', (slug) => {
    expect(slugShape(slug)).toBeNull();
  });
  it.each(['', 'abc', '1abc', '-abc', 'abc-', 'Acme', 'xn--abc', 'ab--cd', 'a b c d', `a${'b'.repeat(32)}`])(
    '%s is refused',
    (slug) => {
      expect(slugShape(slug)).toBe('slug_invalid');
    },
  );
});

it('cleans what is typed', () => {
  expect(cleanSlug('Acme FX')).toBe('acme-fx');
  expect(cleanSlug('É_b.c!')).toBe('e-b-c');
});

it('offers neighbours that fit the rule', () => {
  for (const slug of ['acme', 'acme-fx', `a${'b'.repeat(30)}c`])
    for (const other of slugAlternatives(slug)) {
      expect(slugShape(other)).toBeNull();
      expect(other).not.toBe(slug);
    }
});

it('builds the full address', () => {
  expect(tenantHost('acme', 'localhost:8080')).toBe('acme.localhost:8080');
});
