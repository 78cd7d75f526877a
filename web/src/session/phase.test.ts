import { describe, expect, it } from 'vitest';
import type { Me } from '@/api/types';
import { afterRefusal, phaseOf, type State } from './phase';

const me = (more: object) => ({ must_change_password: false, must_set_up_two_factor: false, ...more }) as Me;
const ready: State = { phase: 'ready', me: me({}) };

describe('what stands before the app', () => {
  it('asks for a new password first, then for the second factor', () => {
    const both = me({ must_change_password: true, must_set_up_two_factor: true });
    expect(phaseOf(both).phase).toBe('password');
    expect(phaseOf(me({ must_set_up_two_factor: true })).phase).toBe('two-factor');
    expect(phaseOf(me({})).phase).toBe('ready');
  });
});
describe('what a refused call changes', () => {
  it('ends the session, or asks for what is missing', () => {
    expect(afterRefusal(ready, 'expired')).toEqual({ phase: 'anonymous', expired: true });
    expect(afterRefusal(ready, 'password_change_required').phase).toBe('password');
    expect(afterRefusal(ready, 'two_factor_setup_required').phase).toBe('two-factor');
  });
  it('shuts out an address in every state', () => {
    for (const state of [ready, { phase: 'loading' }, { phase: 'anonymous', expired: false }] as State[])
      expect(afterRefusal(state, 'address_not_allowed').phase).toBe('blocked');
  });
  it('does not take a visitor for somebody whose session ended', () => {
    const visitor: State = { phase: 'anonymous', expired: false };
    expect(afterRefusal(visitor, 'expired')).toBe(visitor);
    expect(afterRefusal({ phase: 'two-factor', me: me({}) }, 'expired').phase).toBe('anonymous');
  });
  it('keeps the step that is due', () => {
    const due: State = { phase: 'password', me: me({}) };
    expect(afterRefusal(due, 'password_change_required')).toBe(due);
  });
});
