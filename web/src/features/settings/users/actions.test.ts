import { describe, expect, it } from 'vitest';
import type { User } from '@/api/types';
import { actionsFor, isLocked } from './actions';

const NOW = Date.parse('2026-11-25T10:00:00Z');
const user = (more: Partial<User>) =>
  ({ id: 'u', status: 'active', two_factor: false, sessions: 0, locked_until: null, ...more }) as User;
const of = (more: Partial<User>, self = false) => actionsFor(user(more), self, NOW);

describe('what can be done to an account', () => {
  it('follows its state', () => {
    expect(of({})).toEqual(['edit', 'reset', 'deactivate']);
    expect(of({ status: 'invited' })).toEqual(['edit', 'invite', 'deactivate']);
    expect(of({ status: 'inactive' })).toEqual(['edit', 'activate']);
    expect(of({ two_factor: true, sessions: 2 })).toEqual([
      'edit',
      'reset',
      'resetTwoFactor',
      'endSessions',
      'deactivate',
    ]);
  });
  it('offers to unlock only while it is locked', () => {
    expect(of({ locked_until: '2026-11-25T10:01:00Z' })).toContain('unlock');
    expect(of({ locked_until: '2026-11-25T09:59:00Z' })).not.toContain('unlock');
    expect(isLocked({ locked_until: null }, NOW)).toBe(false);
  });
  it('never lets people lock themselves out', () => {
    expect(of({ two_factor: true, sessions: 3 }, true)).toEqual(['edit']);
  });
});
