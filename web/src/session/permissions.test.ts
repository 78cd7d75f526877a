import { expect, it } from 'vitest';
import { can, canAny, fieldLevel, scopeOf } from './permissions';

const agent = {
  permissions: ['clients.read', 'leads.read', 'clients.delete'],
  scopes: { 'clients.read': 'own', 'clients.delete': 'none' } as const,
  fields: { 'clients.email': 'masked' } as const,
};

it('grants what is listed and not scoped to nothing', () => {
  expect(can(agent, 'clients.read')).toBe(true);
  expect(can(agent, 'clients.delete')).toBe(false);
  expect(can(agent, 'users.read')).toBe(false);
  expect(can(null, 'clients.read')).toBe(false);
  expect(canAny(agent, ['users.read', 'leads.read'])).toBe(true);
});
it('knows the reach of a permission', () => {
  expect(scopeOf(agent, 'clients.read')).toBe('own');
  expect(scopeOf(agent, 'leads.read')).toBe('all');
});
it('shows fields unless told otherwise', () => {
  expect(fieldLevel(agent, 'clients.email')).toBe('masked');
  expect(fieldLevel(agent, 'clients.phone')).toBe('full');
});
