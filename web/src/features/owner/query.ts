import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  type NewTenantBody,
  platform,
  type Tenant,
  type TenantPatch,
  type TenantStatus,
} from '@/api/platform';
import type { Hue } from '@/components';

export const LIMIT = 25;
export const STATUSES: TenantStatus[] = ['active', 'provisioning', 'suspended', 'failed'];
export const STATUS_HUE: Record<TenantStatus, Hue> = {
  active: 'green',
  provisioning: 'blue',
  suspended: 'amber',
  failed: 'red',
};

export type TenantsView = { q: string; status: string; sort: string; page: number };
export const DEFAULT_SORT = '-created_at';
export const SORTS = ['name', 'created_at'] as const;

/** Whatever the address bar holds becomes a view the server will accept. */
export function readTenantsView(raw: Record<string, unknown>): TenantsView {
  const sort = typeof raw.sort === 'string' ? raw.sort : '';
  const status = typeof raw.status === 'string' ? raw.status : '';
  const page = Math.floor(Number(raw.page));
  return {
    q: raw.q == null ? '' : String(raw.q),
    status: STATUSES.includes(status as TenantStatus) ? status : '',
    sort: (SORTS as readonly string[]).includes(sort.replace(/^-/, '')) ? sort : DEFAULT_SORT,
    page: page >= 1 ? page : 1,
  };
}

/** A click on a column: dates start with the newest, names with A; a second click turns it. */
export function nextSort(current: string, key: string): string {
  const first = key === 'name' ? key : `-${key}`;
  const second = key === 'name' ? `-${key}` : key;
  return current === first ? second : first;
}

export function useTenants(view: TenantsView) {
  return useQuery({
    queryKey: ['owner', 'tenants', view],
    queryFn: ({ signal }) =>
      platform.tenants(
        { search: view.q, status: view.status, sort: view.sort, page: view.page, limit: LIMIT },
        signal,
      ),
    placeholderData: keepPreviousData,
    // while something is being built the list should not stand still
    refetchInterval: (q) => (q.state.data?.data.some((x) => x.status === 'provisioning') ? 4000 : false),
  });
}

export function useTenant(slug: string) {
  return useQuery({
    queryKey: ['owner', 'tenant', slug],
    queryFn: ({ signal }) => platform.tenant(slug, signal),
    refetchInterval: (q) => (q.state.data?.status === 'provisioning' ? 4000 : false),
  });
}

/** Tenants one can clone from, found by name. */
export function useCloneSources(search: string, enabled: boolean) {
  return useQuery({
    queryKey: ['owner', 'tenants', 'sources', search],
    queryFn: ({ signal }) => platform.tenants({ status: 'active', search, sort: 'name', limit: 50 }, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useTemplates() {
  return useQuery({
    queryKey: ['templates'],
    queryFn: ({ signal }) => platform.templates(signal),
    staleTime: 5 * 60_000,
  });
}

export function usePatchTenant(slug: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: TenantPatch) => platform.patchTenant(slug, body),
    onSuccess: (tenant: Tenant | undefined) => {
      if (tenant?.slug) client.setQueryData(['owner', 'tenant', slug], tenant);
      else void client.invalidateQueries({ queryKey: ['owner', 'tenant', slug] });
      void client.invalidateQueries({ queryKey: ['owner', 'tenants'] });
    },
  });
}

export function useDeleteTenant(slug: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: () => platform.deleteTenant(slug),
    onSuccess: () => {
      client.removeQueries({ queryKey: ['owner', 'tenant', slug] });
      void client.invalidateQueries({ queryKey: ['owner', 'tenants'] });
      void client.invalidateQueries({ queryKey: ['slug', slug] });
    },
  });
}

export function useCreateTenant() {
  const client = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (body: NewTenantBody) => platform.createTenant(body),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['owner', 'tenants'] });
      void client.invalidateQueries({ queryKey: ['owner', 'provisionings'] });
    },
  });
}

export function useProvisionings(status: 'failed' | 'running') {
  return useQuery({
    queryKey: ['owner', 'provisionings', status],
    queryFn: ({ signal }) => platform.provisionings({ status, limit: 50 }, signal),
    refetchInterval: 5000,
  });
}

/** The number beside the menu entry. */
export function useOpenProvisionings() {
  return useQuery({
    queryKey: ['owner', 'provisionings', 'count'],
    queryFn: async ({ signal }) => ({
      failed: (await platform.provisionings({ status: 'failed', limit: 1 }, signal)).total,
    }),
    refetchInterval: 30_000,
  });
}

export function useRetry(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => platform.retry(id),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['owner', 'provisionings'] }),
        client.invalidateQueries({ queryKey: ['provisioning', id] }),
        client.invalidateQueries({ queryKey: ['owner', 'tenants'] }),
      ]),
  });
}
