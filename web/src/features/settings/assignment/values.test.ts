import { describe, expect, it } from 'vitest';
import { bodyOf, valuesOf } from './values';

describe('a rule in the form', () => {
  it('goes out to people or to a team, never to both', () => {
    const values = { ...valuesOf(), name: ' Gulf ', users: ['u1'], team_id: 't1' };
    expect(bodyOf({ ...values, to: 'users' })).toMatchObject({ name: 'Gulf', users: ['u1'], max_open: 0 });
    expect(bodyOf({ ...values, to: 'users' })).not.toHaveProperty('team_id');
    expect(bodyOf({ ...values, to: 'team', max_open: 40 })).toMatchObject({
      users: [],
      team_id: 't1',
      max_open: 40,
    });
  });
});
