import type { Provisioning } from '@/lib/provisioning';
import type { SlugReason } from '@/lib/slug';
import { platformApi, type Query } from './client';
import type { components, operations } from './platform.gen';
import type { Narrow, Wire } from './wire';

/** The platform host's calls, typed once for the sign-up pages and the owner's console. */
type Schemas = components['schemas'];
type Out<K extends keyof Schemas> = Wire<Schemas[K]>;
type Search<O extends keyof operations> = operations[O]['parameters']['query'] extends infer Q
  ? { [K in keyof Q]?: Query[string] }
  : never;

export type Page<T> = Omit<Out<'ListOut_TenantOut'>, 'data'> & { data: T[] };
export type Template = Out<'TemplateOut'>;
export type SlugAnswer = Narrow<Out<'SlugOut'>, { reason?: SlugReason | null }>;
export type BrandingInput = Schemas['BrandingIn'];
export type SignupBody = Out<'SignupIn'>;
export type SignupAnswer = Out<'SignupOut'>;
export type Started = Out<'StartedOut'>;

/** Words that Rust still declares as plain text are narrowed here. */
export type TenantStatus = 'provisioning' | 'active' | 'suspended' | 'failed';
export type Tenant = Narrow<Out<'TenantOut'>, { status: TenantStatus }>;
export type NewTenantBody = Narrow<
  Out<'TenantIn'>,
  { source: { template: string } | { tenant: string; include: 'config' } }
>;
export type TenantPatch = Narrow<Out<'TenantPatchIn'>, { status?: 'active' | 'suspended' }>;
export type OwnerMe = Out<'MeOut'>;

const open = { auth: false } as const;

export const platform = {
  templates: (signal?: AbortSignal) => platformApi.get('/templates', { ...open, signal }),
  slug: (slug: string, signal?: AbortSignal) =>
    platformApi.get('/slugs/{slug}', { ...open, path: { slug }, signal }) as Promise<SlugAnswer>,
  signup: (body: SignupBody) => platformApi.post('/signup', { ...open, body }),
  resend: (signup_id: string) => platformApi.post('/signup/resend', { ...open, body: { signup_id } }),
  verify: (token: string) => platformApi.post('/signup/verify', { ...open, body: { token } }),
  provisioning: (id: string, auth: boolean, signal?: AbortSignal) =>
    platformApi.get('/provisionings/{id}', { auth, path: { id }, signal }) as Promise<Provisioning>,
  provisionings: (query: Search<'listProvisionings'>, signal?: AbortSignal) =>
    platformApi.get('/provisionings', { query, signal }) as Promise<Page<Provisioning>>,
  retry: (id: string) => platformApi.post('/provisionings/{id}/retry', { path: { id } }),
  tenants: (query: Search<'listTenants'>, signal?: AbortSignal) =>
    platformApi.get('/tenants', { query, signal }) as Promise<Page<Tenant>>,
  tenant: (slug: string, signal?: AbortSignal) =>
    platformApi.get('/tenants/{slug}', { path: { slug }, signal }) as Promise<Tenant>,
  createTenant: (body: NewTenantBody) => platformApi.post('/tenants', { body }),
  patchTenant: (slug: string, body: TenantPatch) =>
    platformApi.patch('/tenants/{slug}', { path: { slug }, body }) as Promise<Tenant>,
  deleteTenant: (slug: string) =>
    platformApi.delete('/tenants/{slug}', { path: { slug }, query: { confirm: slug } }),
};
