import { describe, expect, it } from 'vitest';
import type { Catalogue, Permission } from '@/components/explain';
import {
  areasOf,
  atMost,
  baseOf,
  countOf,
  current,
  type Edits,
  isDirty,
  matches,
  NO_EDITS,
  newRoleOf,
  patchOf,
  scopesOf,
  stepsOf,
  withArea,
  withLevel,
  withScope,
} from './draft';
import type { Role } from './types';

const permission = (key: string, area: string, scopes: Permission['scopes']): Permission => ({
  key,
  area,
  title: key,
  scopes,
});
const catalogue: Catalogue = {
  permissions: [
    permission('clients.read', 'Clients', ['own', 'team', 'all']),
    permission('clients.export', 'Clients', ['own', 'team', 'all']),
    permission('users.read', 'Team', ['team', 'all']),
    permission('users.manage', 'Team', ['all']),
  ],
  fields: [{ key: 'clients.phone', title: 'Phone', group: 'contact', levels: ['full', 'masked', 'hidden'] }],
};
const role: Role = {
  id: 'r1',
  name: 'Agent',
  description: 'Calls people',
  permissions: { 'clients.read': 'own' },
  fields: { 'clients.phone': 'masked' },
  two_factor_required: false,
  builtin: true,
  created_at: '2026-11-01T10:00:00Z',
  updated_at: '2026-11-01T10:00:00Z',
  users: 3,
};
const base = baseOf(catalogue, role);

describe('baseOf', () => {
  it('denies what the role does not name', () => {
    expect(base.permissions).toEqual({
      'clients.read': 'own',
      'clients.export': 'none',
      'users.read': 'none',
      'users.manage': 'none',
    });
    expect(baseOf(catalogue).fields).toEqual({ 'clients.phone': 'hidden' });
  });
});

describe('edits', () => {
  it('a change back to the beginning is no change', () => {
    const there = withScope(base, NO_EDITS, 'clients.read', 'team');
    expect(isDirty(base, there)).toBe(true);
    const back = withScope(base, there, 'clients.read', 'own');
    expect(back).toEqual(NO_EDITS);
    expect(isDirty(base, back)).toBe(false);
  });
  it('only what differs travels', () => {
    let edits: Edits = withLevel(base, NO_EDITS, 'clients.phone', 'hidden');
    edits = { ...withScope(base, edits, 'clients.export', 'team'), name: ' Agent ', description: 'Calls' };
    expect(patchOf(base, edits)).toEqual({
      description: 'Calls',
      permissions: { 'clients.export': 'team' },
      fields: { 'clients.phone': 'hidden' },
    });
    expect(countOf(patchOf(base, edits))).toBe(3);
  });
  it('what somebody else saved meanwhile is no longer a change', () => {
    const edits = withScope(base, NO_EDITS, 'clients.read', 'team');
    const fresh = baseOf(catalogue, { ...role, permissions: { 'clients.read': 'team' } });
    expect(patchOf(fresh, edits)).toEqual({});
    expect(stepsOf(fresh, edits)).toEqual([]);
  });
  it('steps tell from and to', () => {
    const edits = withLevel(base, withScope(base, NO_EDITS, 'users.read', 'all'), 'clients.phone', 'full');
    expect(stepsOf(base, edits)).toEqual([
      { key: 'users.read', from: 'none', to: 'all' },
      { key: 'clients.phone', from: 'masked', to: 'full' },
    ]);
    expect(current(base, edits).permissions['users.read']).toBe('all');
  });
});

describe('whole areas', () => {
  it('never give more than was asked for', () => {
    const [read, manage] = catalogue.permissions.slice(2);
    expect(atMost(read as Permission, 'own')).toBe('none');
    expect(atMost(read as Permission, 'team')).toBe('team');
    expect(atMost(manage as Permission, 'team')).toBe('none');
    expect(scopesOf(manage as Permission)).toEqual(['none', 'all']);
    const team = areasOf(catalogue.permissions)[1]?.[1] ?? [];
    expect(withArea(base, NO_EDITS, team, 'team').permissions).toEqual({ 'users.read': 'team' });
  });
  it('can be taken away', () => {
    const [, clients] = areasOf(catalogue.permissions)[0] ?? ['', []];
    expect(withArea(base, NO_EDITS, clients, 'none').permissions).toEqual({ 'clients.read': 'none' });
  });
});

describe('newRoleOf', () => {
  it('names the copied role and what was changed since', () => {
    const edits = { ...withScope(base, NO_EDITS, 'clients.export', 'own'), name: 'Senior agent ' };
    expect(newRoleOf(base, edits, 'r1')).toEqual({
      name: 'Senior agent',
      description: 'Calls people',
      two_factor_required: false,
      copy_of: 'r1',
      permissions: { 'clients.export': 'own' },
    });
  });
});

describe('matches', () => {
  it('wants every word', () => {
    expect(matches('exp cli', 'Export clients')).toBe(true);
    expect(matches('export leads', 'Export clients')).toBe(false);
    expect(matches('', 'anything')).toBe(true);
  });
});
