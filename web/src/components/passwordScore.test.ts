import { expect, it } from 'vitest';
import { passwordScore } from './passwordScore';

it('rates length and variety', () => {
  expect(passwordScore('')).toBe(0);
  expect(passwordScore('Short-1')).toBe(1);
  expect(passwordScore('aaaaaaaaaaaaaaaa')).toBe(1);
  expect(passwordScore('onlylowercase')).toBe(2);
  expect(passwordScore('Correct horse battery 9')).toBe(4);
});
