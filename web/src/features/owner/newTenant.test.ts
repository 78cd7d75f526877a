import { describe, expect, it } from 'vitest';
import { checkNewTenant, type NewTenantValues, newTenantBody, newTenantServerErrors } from './newTenant';

const values: NewTenantValues = {
  kind: 'template',
  template: 'forex-broker',
  tenant: '',
  name: ' Acme FX ',
  slug: 'acme-fx',
  adminName: 'Ada Byron',
  adminEmail: ' ada@acme.test ',
  primary: null,
};

describe('checkNewTenant', () => {
  it('is content with a full form', () => {
    expect(checkNewTenant(values)).toEqual({});
  });
  it('asks for the source of its kind only', () => {
    expect(checkNewTenant({ ...values, kind: 'tenant' })).toEqual({ tenant: 'tenant' });
    expect(checkNewTenant({ ...values, template: '' })).toEqual({ template: 'template' });
  });
  it('names every fault at once', () => {
    const empty = { ...values, name: ' ', slug: 'x', adminName: '', adminEmail: 'x' };
    expect(checkNewTenant(empty)).toEqual({
      name: 'name',
      slug: 'slug_invalid',
      adminName: 'adminName',
      adminEmail: 'emailInvalid',
    });
  });
});

describe('newTenantBody', () => {
  it('trims and sends a template', () => {
    expect(newTenantBody(values)).toEqual({
      slug: 'acme-fx',
      name: 'Acme FX',
      source: { template: 'forex-broker' },
      admin: { name: 'Ada Byron', email: 'ada@acme.test' },
    });
  });
  it('clones the configuration only', () => {
    const body = newTenantBody({ ...values, kind: 'tenant', tenant: 'northwind', primary: '#112233' });
    expect(body.source).toEqual({ tenant: 'northwind', include: 'config' });
    expect(body.branding).toEqual({ primary: '#112233' });
  });
});

it('puts the server’s errors on the fields', () => {
  expect(newTenantServerErrors({ 'admin.email': ['is used'], nonsense: ['x'], name: [] })).toEqual({
    adminEmail: 'is used',
  });
});
