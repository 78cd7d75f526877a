import type { Provisioning } from '@/lib/provisioning';
import type { SlugReason } from '@/lib/slug';
import { platformApi, type Query } from './client';

/** The platform host's calls, typed once for the sign-up pages and the owner's console. */
export type Page<T> = {
  data: T[];
  total: number;
  total_is_estimate: boolean;
  page: number;
  limit: number;
  total_pages: number;
  next_cursor: string | null;
};
export type Template = {
  name: string;
  version: string;
  title: string;
  description: string;
  modules: string[];
  branding?: { primary?: string | null } | null;
};
export type SlugAnswer = { slug: string; available: boolean; reason: SlugReason | null };
export type BrandingInput = { primary?: string; logo_url?: string };
export type SignupBody = {
  company: string;
  slug: string;
  name: string;
  email: string;
  password: string;
  template: string;
  branding?: BrandingInput;
};
export type SignupAnswer = { signup_id: string; status: string };
export type Started = { provisioning_id: string; tenant: { slug: string; url: string } };

export type TenantStatus = 'provisioning' | 'active' | 'suspended' | 'failed';
export type Tenant = {
  id: string;
  slug: string;
  name: string;
  url: string;
  status: TenantStatus;
  template: string;
  template_version: string;
  created_at: string;
  users: number;
  clients: number;
  storage_bytes: number;
  last_active_at: string | null;
  branding: { primary: string | null; logo_light: string | null } | null;
  provisioning_id: string | null;
};
export type NewTenantBody = {
  slug: string;
  name: string;
  source: { template: string } | { tenant: string; include: 'config' };
  admin: { name: string; email: string };
  branding?: BrandingInput;
};
export type TenantPatch = { name?: string; status?: 'active' | 'suspended'; branding?: BrandingInput };

const open = { auth: false } as const;
const seg = encodeURIComponent;

export const platform = {
  templates: (signal?: AbortSignal) => platformApi.get<Template[]>('/templates', { ...open, signal }),
  slug: (slug: string, signal?: AbortSignal) =>
    platformApi.get<SlugAnswer>(`/slugs/${seg(slug)}`, { ...open, signal }),
  signup: (body: SignupBody) => platformApi.post<SignupAnswer>('/signup', body, open),
  resend: (signup_id: string) => platformApi.post<SignupAnswer>('/signup/resend', { signup_id }, open),
  verify: (token: string) => platformApi.post<Started>('/signup/verify', { token }, open),
  provisioning: (id: string, auth: boolean, signal?: AbortSignal) =>
    platformApi.get<Provisioning>(`/provisionings/${seg(id)}`, { auth, signal }),
  provisionings: (query: Query, signal?: AbortSignal) =>
    platformApi.get<Page<Provisioning>>('/provisionings', { query, signal }),
  retry: (id: string) => platformApi.post<void>(`/provisionings/${seg(id)}/retry`),
  tenants: (query: Query, signal?: AbortSignal) =>
    platformApi.get<Page<Tenant>>('/tenants', { query, signal }),
  tenant: (slug: string, signal?: AbortSignal) =>
    platformApi.get<Tenant>(`/tenants/${seg(slug)}`, { signal }),
  createTenant: (body: NewTenantBody) => platformApi.post<Started>('/tenants', body),
  patchTenant: (slug: string, body: TenantPatch) => platformApi.patch<Tenant>(`/tenants/${seg(slug)}`, body),
  deleteTenant: (slug: string) => platformApi.delete(`/tenants/${seg(slug)}`, { query: { confirm: slug } }),
};
