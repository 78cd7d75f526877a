import { expect, it } from 'vitest';
import { LONGEST, purposeText, secondsLeft } from './purpose';

it('has words for the quick choices, and asks for others', () => {
  expect(purposeText('call', '')).toBe('Call back');
  expect(purposeText('other', ' ')).toBeNull();
  expect(purposeText('other', ' ab ')).toBeNull();
  expect(purposeText('other', ' complaint 4711 ')).toBe('complaint 4711');
  expect(purposeText('other', 'x'.repeat(LONGEST + 1))).toBeNull();
});
it('counts down to nothing', () => {
  expect(secondsLeft(60_000, 0)).toBe(60);
  expect(secondsLeft(60_000, 59_001)).toBe(1);
  expect(secondsLeft(60_000, 61_000)).toBe(0);
});
