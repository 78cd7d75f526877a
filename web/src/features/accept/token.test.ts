import { expect, it } from 'vitest';
import { ApiError } from '@/api/errors';
import { tokenProblem } from './token';

it.each([
  [410, 'token_used', 'used'],
  [410, 'token_expired', 'expired'],
  [404, 'token_unknown', 'unknown'],
  [404, 'not_found', 'unknown'],
  [410, 'gone', 'expired'],
  [422, 'validation_failed', null],
  [0, 'network', null],
])('%i %s is %s', (status, code, problem) => {
  expect(tokenProblem(new ApiError(status, { code }))).toBe(problem);
});

it('leaves other failures alone', () => {
  expect(tokenProblem(new Error('x'))).toBeNull();
  expect(tokenProblem(null)).toBeNull();
});
