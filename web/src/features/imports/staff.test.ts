import { describe, expect, it } from 'vitest';
import { bodyOf, fromMapping, missing, startDraft } from './mapping';
import {
  cameWith,
  ENTITIES,
  type ImportEntity,
  listOf,
  mayCreate,
  mayImport,
  recordOf,
  rulesOf,
  type TargetField,
} from './types';
import { problemOf } from './upload';

const field = (key: string, required = false): TargetField => ({
  key,
  label: key,
  type: 'text',
  required,
  custom: false,
  options: [],
});
const file = {
  entity: 'users' as ImportEntity,
  columns: [],
  fields: [field('first_name'), field('last_name'), field('name', true), field('role', true)],
  mapping: null,
  remembered: null,
};

describe('an import of staff', () => {
  it('needs a name: a whole one or a part of it', () => {
    const start = startDraft(file);
    const keys = (fields: Record<string, string>) =>
      missing({ ...start, fields }, file.fields).map((f) => f.key);
    expect(keys({})).toEqual(['name', 'role']);
    expect(keys({ A: 'name' })).toEqual(['role']);
    expect(keys({ A: 'last_name', B: 'role' })).toEqual([]);
  });
  it('invites, unless it was said otherwise', () => {
    const start = startDraft(file);
    expect(start.invite).toBe(true);
    expect('invite' in bodyOf(start, [])).toBe(false);
    expect(bodyOf({ ...start, invite: false }, []).invite).toBe(false);
    expect(fromMapping(file, { mapping: {}, invite: false }).invite).toBe(false);
  });
  it('is for who manages users, and knows two rules', () => {
    const can = (key: string) => key === 'users.manage' || key === 'leads.import';
    expect([mayImport(can, 'users'), mayImport(can, 'leads'), mayImport(can, 'clients')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([mayCreate(can, 'users'), mayCreate(can, 'leads')]).toEqual([true, false]);
    expect(rulesOf('users')).toEqual(['skip', 'update']);
    expect(rulesOf('leads')).toHaveLength(4);
    expect(rulesOf('deals')).toEqual(['skip', 'create_anyway']);
    expect([listOf('users'), listOf('leads')]).toEqual(['/settings/users', '/leads']);
  });
  it('of opportunities goes with the right to deals, and its records are found in lists', () => {
    const can = (key: string) => key === 'deals.import';
    expect(ENTITIES.filter((e) => mayImport(can, e))).toEqual(['opportunities', 'deals']);
    expect(cameWith('deals', 'x')).toEqual({ as: 'list', import_id: 'x' });
    expect(cameWith('clients', 'x')).toEqual({ import_id: 'x' });
    expect(recordOf('deals', 'x')).toEqual({ to: '/deals/x' });
    expect(recordOf('activities', 'x')).toEqual({ to: '/activities', search: { tab: 'all', task: 'x' } });
  });
});

describe('a file', () => {
  it('that is larger than the settings allow is not sent', () => {
    expect(problemOf({ name: 'a.csv', size: 11 }, 10)).toBe('too_large');
    expect(problemOf({ name: 'a.csv', size: 10 }, 10)).toBe(null);
    expect(problemOf({ name: 'a.csv', size: 11 })).toBe(null);
    expect(problemOf({ name: 'a.pdf', size: 11 }, 10)).toBe('type');
  });
});
