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

it('takes code, mentions and bare addresses, and nothing inside of code', () => {
  const id = '0f9e8d7c-1111-4222-8333-abcdefabcdef';
  expect(inline(`ask @[Anna *B*](${id}) about \`**x**\``)).toEqual([
    { kind: 'text', text: 'ask ' },
    { kind: 'mention', id, name: 'Anna *B*' },
    { kind: 'text', text: ' about ' },
    { kind: 'code', text: '**x**' },
  ]);
  expect(inline('see https://a.example/x?y=1.')).toEqual([
    { kind: 'text', text: 'see ' },
    {
      kind: 'link',
      href: 'https://a.example/x?y=1',
      parts: [{ kind: 'text', text: 'https://a.example/x?y=1' }],
    },
    { kind: 'text', text: '.' },
  ]);
  expect(inline('@[x](javascript:alert(1))').every((p) => p.kind === 'text')).toBe(true);
  expect(parse('a\n```\n<script>\n  **b**\n```\nc')).toMatchObject([
    { kind: 'paragraph' },
    { kind: 'code', text: '<script>\n  **b**' },
    { kind: 'paragraph' },
  ]);
});
it.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  'data:text/html;base64,PHNjcmlwdD4=',
  'vbscript:x',
  'file:///etc/passwd',
  '//evil.example',
  '/api/me',
  'https:evil.example',
])('never links to %s', (href) => {
  expect(JSON.stringify(parse(`[click](${href}) ${href}`))).not.toContain('"href"');
});
