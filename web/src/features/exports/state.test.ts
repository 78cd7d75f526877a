import { expect, it } from 'vitest';
import { errorKey, isOpen, percentOf, shortHash } from './state';

it('is never full before it is done, and never beyond', () => {
  expect(percentOf({ rows: 0, total: 0 })).toBe(0);
  expect(percentOf({ rows: 333, total: 1000 })).toBe(33);
  expect(percentOf({ rows: 1000, total: 1000 })).toBe(99);
  expect(percentOf({ rows: 5000, total: 1000 })).toBe(99);
});
it('knows what is under way', () => {
  expect(['queued', 'running', 'done', 'failed', 'cancelled'].filter((status) => isOpen({ status }))).toEqual(
    ['queued', 'running'],
  );
});
it('has a word for every failure', () => {
  expect(errorKey('forbidden')).toBe('forbidden');
  expect(errorKey('sqlstate')).toBe('internal');
  expect(errorKey(null)).toBe('internal');
});
it('shortens a hash', () => {
  expect(shortHash('0123456789abcdef'.repeat(4))).toBe('01234567…abcdef');
});
