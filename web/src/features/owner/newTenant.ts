import type { NewTenantBody } from '@/api/platform';
import { isEmail } from '@/lib/forms';
import { slugShape } from '@/lib/slug';

export type NewTenantValues = {
  kind: 'template' | 'tenant';
  template: string;
  tenant: string;
  name: string;
  slug: string;
  adminName: string;
  adminEmail: string;
  /** Null keeps the colour of the template or of the tenant cloned from. */
  primary: string | null;
};
export type NewTenantErrors = Partial<Record<keyof NewTenantValues, string>>;

/** Codes of what is missing, for the page to turn into words. */
export function checkNewTenant(v: NewTenantValues): NewTenantErrors {
  const errors: NewTenantErrors = {};
  if (v.kind === 'template' && !v.template) errors.template = 'template';
  if (v.kind === 'tenant' && !v.tenant) errors.tenant = 'tenant';
  if (!v.name.trim()) errors.name = 'name';
  if (!v.slug) errors.slug = 'slug';
  else if (slugShape(v.slug)) errors.slug = 'slug_invalid';
  if (!v.adminName.trim()) errors.adminName = 'adminName';
  if (!isEmail(v.adminEmail)) errors.adminEmail = v.adminEmail.trim() ? 'emailInvalid' : 'adminEmail';
  return errors;
}

export const newTenantBody = (v: NewTenantValues): NewTenantBody => ({
  slug: v.slug,
  name: v.name.trim(),
  source: v.kind === 'template' ? { template: v.template } : { tenant: v.tenant, include: 'config' },
  admin: { name: v.adminName.trim(), email: v.adminEmail.trim() },
  ...(v.primary ? { branding: { primary: v.primary } } : {}),
});

const API_NAMES: Record<string, keyof NewTenantValues> = {
  'admin.name': 'adminName',
  'admin.email': 'adminEmail',
  'source.template': 'template',
  'source.tenant': 'tenant',
  'branding.primary': 'primary',
  template: 'template',
  tenant: 'tenant',
  source: 'tenant',
  name: 'name',
  slug: 'slug',
  email: 'adminEmail',
};

export function newTenantServerErrors(fields: Record<string, string[]>): NewTenantErrors {
  const errors: NewTenantErrors = {};
  for (const [key, messages] of Object.entries(fields)) {
    const field = API_NAMES[key];
    if (field && messages[0]) errors[field] = messages[0];
  }
  return errors;
}
