import { describe, expect, it } from 'vitest';
import { questionsFor, splitLine, uniqueSteps } from './questions';
import type { Catalogue } from './types';

const catalogue: Catalogue = {
  permissions: [
    'clients.read',
    'clients.update',
    'clients.delete',
    'leads.read',
    'leads.update',
    'opportunities.read',
  ].map((key) => ({ key, area: 'x', title: key, scopes: ['own', 'team', 'all'] })),
  fields: [
    { key: 'clients.phone', title: 'Phone', group: 'contact', levels: ['full', 'masked', 'hidden'] },
    { key: 'leads.phone', title: 'Phone', group: 'contact', levels: ['full', 'masked', 'hidden'] },
  ],
};

describe('questionsFor', () => {
  it('asks only what there is for that kind of record', () => {
    const keys = (type: 'client' | 'lead' | 'team' | 'opportunity') =>
      questionsFor(catalogue, 'u1', { type, id: 'r1', label: 'x' }).map((q) => q.key);
    expect(keys('client')).toEqual(['clients.read', 'clients.update', 'clients.delete', 'clients.phone']);
    expect(keys('lead')).toEqual(['leads.read', 'leads.update', 'leads.phone']);
    expect(keys('opportunity')).toEqual(['opportunities.read']);
    expect(keys('team')).toEqual([]);
  });
  it('names the person, the record and what is asked', () => {
    const [read, , phone] = questionsFor(catalogue, 'u1', { type: 'lead', id: 'l1', label: 'x' });
    expect(read).toEqual({
      user_id: 'u1',
      resource_type: 'lead',
      resource_id: 'l1',
      permission: 'leads.read',
      key: 'leads.read',
      kind: 'action',
    });
    expect(phone).toMatchObject({ field: 'leads.phone', kind: 'field' });
    expect(phone?.permission).toBeUndefined();
  });
});

describe('splitLine', () => {
  it('reads a line of a role', () => {
    expect(splitLine('clients.read: team')).toEqual({ key: 'clients.read', value: 'team' });
    expect(splitLine('two-factor required')).toBeNull();
  });
});

describe('uniqueSteps', () => {
  it('tells a step once', () => {
    const step = { ok: true, text: 'This client is assigned to Maya.' };
    expect(uniqueSteps([step, { ok: true, text: 'Other.' }, step])).toHaveLength(2);
  });
});
