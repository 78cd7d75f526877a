import { expect, it } from 'vitest';
import { around, asked, closed, lines, link, opened } from './mentions';

const ANNA = { id: '0f9e8d7c-1111-4222-8333-abcdefabcdef', name: 'Anna Berg' };
const ANN = { id: '1f9e8d7c-1111-4222-8333-abcdefabcdef', name: 'Anna' };

it('shows mentions by name while editing and stores them by id', () => {
  const stored = `Hi @[Anna Berg](${ANNA.id}), and @[Anna](${ANN.id})!`;
  const { text, people } = opened(stored);
  expect(text).toBe('Hi @Anna Berg, and @Anna!');
  expect(people).toEqual([ANNA, ANN]);
  expect(closed(text, people)).toBe(stored);
});
it('mentions nobody in an address or in a longer word', () => {
  expect(closed('mail me@Anna.example, @Annabel', [ANN])).toBe('mail me@Anna.example, @Annabel');
  expect(closed('(@Anna) @مريم.', [ANN, { id: ANNA.id, name: 'مريم' }])).toBe(
    `(@[Anna](${ANN.id})) @[مريم](${ANNA.id}).`,
  );
  expect(closed('@A.B (x)', [{ id: ANN.id, name: 'A.B (x)' }])).toBe(`@[A.B (x)](${ANN.id})`);
});
it('knows when somebody is being looked for', () => {
  expect(asked('Ask @an', 7)).toEqual({ from: 4, words: 'an' });
  expect(asked('Ask @anna be', 12)).toEqual({ from: 4, words: 'anna be' });
  expect(asked('@', 1)).toEqual({ from: 0, words: '' });
  expect(asked('me@an', 5)).toBeNull();
  expect(asked('@anna is a client', 17)).toBeNull();
});
it('sets marks and takes them away', () => {
  expect(around('a word b', 2, 6, '**')).toMatchObject({ text: '**word**', select: [4, 8] });
  expect(around('a **word** b', 4, 8, '**')).toMatchObject({ from: 2, to: 10, text: 'word' });
  const numbered = (n: number) => `${n + 1}. `;
  expect(lines('x\none\ntwo', 3, 8, numbered)).toMatchObject({ from: 2, to: 9, text: '1. one\n2. two' });
  expect(lines('1. one\n2. two', 0, 13, numbered).text).toBe('one\ntwo');
  expect(link('see us', 4, 6)).toMatchObject({ text: '[us](https://)', select: [9, 17] });
  expect(link('https://a.example', 0, 17).text).toBe('[](https://a.example)');
});
