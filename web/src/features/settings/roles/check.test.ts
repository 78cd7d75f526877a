import { describe, expect, it } from 'vitest';
import { checkOf } from './check';

describe('checkOf', () => {
  it('reads a whole question from the address', () => {
    expect(checkOf({ user: 'u1', type: 'lead', id: 'l1', label: 'Maya', field: 'leads.phone' })).toEqual({
      user: 'u1',
      about: 'record',
      type: 'lead',
      resource: { type: 'lead', id: 'l1', label: 'Maya' },
      permission: undefined,
      field: 'leads.phone',
    });
  });
  it('knows the kinds whose plural is not theirs with an s', () => {
    expect(checkOf({ type: 'opportunity', permission: 'opportunities.read' })).toMatchObject({
      type: 'opportunity',
      permission: 'opportunities.read',
    });
  });
  it('leaves out what does not fit together', () => {
    const check = checkOf({ type: 'rocket', field: 'leads.phone', permission: 'leads.read' });
    expect(check).toMatchObject({ type: 'client', resource: null, about: 'record' });
    expect(check.field).toBeUndefined();
    expect(check.permission).toBeUndefined();
  });
  it('a permission alone may be any', () => {
    expect(checkOf({ about: 'permission', permission: 'leads.read', field: 'clients.phone' })).toMatchObject({
      about: 'permission',
      permission: 'leads.read',
      field: undefined,
    });
  });
});
