import { expect, it } from 'vitest';
import { inline, parse, safeHref } from './parse';

it('reads headings, paragraphs and lists', () => {
  const kinds = parse('# Terms\n\nOne\ntwo\n\n- a\n- b\n\n2. c\n3. d\n### Small').map((b) => b.kind);
  expect(kinds).toEqual(['heading', 'paragraph', 'list', 'list', 'heading']);
  const [, paragraph, , ordered] = parse('# Terms\n\nOne\ntwo\n\n- a\n- b\n\n2. c\n3. d');
  expect(paragraph).toEqual({
    kind: 'paragraph',
    lines: [[{ kind: 'text', text: 'One' }], [{ kind: 'text', text: 'two' }]],
  });
  expect(ordered).toMatchObject({ ordered: true, start: 2, items: [[{ text: 'c' }], [{ text: 'd' }]] });
});

it('keeps what is no mark and what is no safe address as text', () => {
  expect(inline('a * b ** c')).toEqual([{ kind: 'text', text: 'a * b ** c' }]);
  expect(inline('<b>x</b>')).toEqual([{ kind: 'text', text: '<b>x</b>' }]);
  const bad = '[x](javascript:alert(1))';
  expect(inline(bad).every((p) => p.kind === 'text')).toBe(true);
  for (const href of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'ftp://x.example'])
    expect(safeHref(href), href).toBeNull();
  expect(safeHref('https://a.example/b?c=1')).not.toBeNull();
});

it('nests bold, italic and links', () => {
  expect(inline('see **the *rules*** at [us](https://us.example)')).toMatchObject([
    { text: 'see ' },
    { kind: 'bold' },
    expect.anything(),
    expect.anything(),
  ]);
  expect(inline('[**terms**](https://us.example)')).toEqual([
    {
      kind: 'link',
      href: 'https://us.example',
      parts: [{ kind: 'bold', parts: [{ kind: 'text', text: 'terms' }] }],
    },
  ]);
});
