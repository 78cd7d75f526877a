import { expect, it } from 'vitest';
import { isMarked, readNumber } from './numbers';

it.each([
  ['1,234', 'auto', [], 1234],
  ['1,234', 'auto', ['1.234,5'], 1.234],
  ['1,234', '1.234,5', ['1,234.5'], 1.234],
  ['1.234', '1.234,5', [], 1234],
  ['1.234', 'auto', [], 1.234],
  ['1,5', '1,234.5', [], 1.5],
  ['1.234.567', 'auto', [], 1_234_567],
  ['1.234,50', 'auto', [], 1234.5],
  ['-1,234.50', 'auto', [], -1234.5],
  ['0,125', 'auto', [], 0.125],
  ['many', 'auto', [], null],
])('%s by %s where the server found %j is %s', (text, format, found, wanted) =>
  expect(readNumber(text, format, found)).toBe(wanted),
);

it('sees marks', () => {
  expect(['1,2', '1234', '1.', 'a.b', '9.9'].map(isMarked)).toEqual([true, false, false, false, true]);
});
