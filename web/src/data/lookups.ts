import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { Status, Statuses } from '@/api/types';
import { type Hue, hueOrGrey } from '@/components/StatusPill';
import { useCan } from '@/session/session';

/** Small shared lists that several features choose from. */
export type Option = { value: string; label: string; hue?: Hue; person?: boolean; note?: string };

export const statusesQuery = queryOptions({
  queryKey: ['statuses'],
  queryFn: ({ signal }) => api.get('/statuses', { signal }),
  staleTime: 300_000,
});
export const userOptionsQuery = queryOptions({
  queryKey: ['users', 'options'],
  queryFn: ({ signal }) => api.get('/users', { query: { status: 'active', limit: 200 }, signal }),
  staleTime: 120_000,
});
export const teamsQuery = queryOptions({
  queryKey: ['teams', 'list'],
  queryFn: ({ signal }) => api.get('/teams', { signal }),
  staleTime: 120_000,
});
export const rolesQuery = queryOptions({
  queryKey: ['roles', 'list'],
  queryFn: ({ signal }) => api.get('/roles', { signal }),
  staleTime: 120_000,
});
export const partnerOptionsQuery = queryOptions({
  queryKey: ['partners', 'options'],
  queryFn: ({ signal }) => api.get('/partners', { query: { limit: 200 }, signal }),
  staleTime: 120_000,
});

export const humanise = (key: string): string => {
  const text = key.replace(/[_.-]+/g, ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
};

export function useStatuses(kind: keyof Statuses) {
  const { data } = useQuery(statusesQuery);
  const list = data?.[kind];
  return useMemo(() => {
    const sorted = [...(list ?? [])].sort((a, b) => a.position - b.position);
    const byKey = new Map<string, Status>(sorted.map((s) => [s.key, s]));
    return {
      list: sorted,
      options: sorted.map(option),
      /** What may follow a status, itself included; a list that names removed ones only lets all follow. */
      next: (key: string) => {
        const ways = byKey.get(key)?.transitions;
        const known = ways?.filter((x) => byKey.has(x));
        return !ways || (ways.length > 0 && !known?.length)
          ? sorted.map(option)
          : sorted.filter((s) => s.key === key || known?.includes(s.key)).map(option);
      },
      label: (key: string) => byKey.get(key)?.label ?? humanise(key),
      hue: (key: string) => hueOrGrey(byKey.get(key)?.hue),
    };
  }, [list]);
}

const option = (s: Status): Option => ({ value: s.key, label: s.label, hue: hueOrGrey(s.hue) });

const KYC: Record<string, Hue> = {
  missing: 'grey',
  pending: 'amber',
  approved: 'green',
  rejected: 'red',
  expired: 'violet',
};
export function useKyc() {
  const { t } = useTranslation();
  const can = useCan();
  // documents decide it: it says nothing to whoever may not read them, and where none are asked for
  const shown = can('documents.read');
  return useMemo(
    () => ({
      shown,
      options: Object.entries(KYC).map<Option>(([value, hue]) => ({
        value,
        label: t(`data.kyc.${value}`),
        hue,
      })),
      label: (key: string) => t(`data.kyc.${key}`, { defaultValue: humanise(key) }),
      hue: (key: string): Hue => KYC[key] ?? 'grey',
    }),
    [t, shown],
  );
}

/** People a record may be given to. Empty for roles that may not list colleagues. */
export function useOwnerOptions(): Option[] {
  const can = useCan();
  const { data } = useQuery({
    ...userOptionsQuery,
    enabled: can('users.read'),
    placeholderData: keepPreviousData,
  });
  return useMemo(
    () =>
      (data?.data ?? []).map((u) => ({
        value: u.id,
        label: u.name,
        person: true,
        note: u.team_name ?? undefined,
      })),
    [data],
  );
}
export function useTeamOptions(): Option[] {
  const can = useCan();
  const { data } = useQuery({ ...teamsQuery, enabled: can('teams.read') });
  return useMemo(() => (data?.data ?? []).map((x) => ({ value: x.id, label: x.name })), [data]);
}
export function usePartnerOptions(): Option[] {
  const can = useCan();
  const { data } = useQuery({ ...partnerOptionsQuery, enabled: can('partners.read') });
  return useMemo(() => (data?.data ?? []).map((x) => ({ value: x.id, label: x.name })), [data]);
}
export function useRoleOptions(): Option[] {
  const can = useCan();
  const { data } = useQuery({ ...rolesQuery, enabled: can('roles.read') || can('users.manage') });
  return useMemo(() => (data?.data ?? []).map((x) => ({ value: x.name, label: x.name })), [data]);
}

export const clientDashboardQuery = queryOptions({
  queryKey: ['dashboard', 'clients'],
  queryFn: ({ signal }) => api.get('/dashboard/clients', { signal }),
  staleTime: 60_000,
});

/** Sources are free words: those the dashboard counts, and those on the rows at hand. */
export function useSourceOptions(rows: readonly { source?: string | null }[]): Option[] {
  const can = useCan();
  const { data } = useQuery({ ...clientDashboardQuery, enabled: can('dashboard.read') });
  const seen = useMemo(() => {
    const all = new Set<string>((data?.by_source ?? []).flatMap((s) => s.key || []));
    for (const r of rows) if (r.source) all.add(r.source);
    return [...all].sort().join('\n');
  }, [data, rows]);
  return useMemo(
    () => (seen ? seen.split('\n').map((value) => ({ value, label: humanise(value) })) : []),
    [seen],
  );
}
