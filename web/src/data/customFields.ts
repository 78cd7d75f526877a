import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { tenantApi as api } from '@/api/client';
import type { CustomField } from '@/api/types';
import type { Narrow } from '@/api/wire';
import { useCan } from '@/session/session';

/** Opportunities share the fields of deals. */
export const CUSTOM_ENTITIES = ['client', 'lead', 'contact', 'deal'] as const;
export type CustomEntity = (typeof CUSTOM_ENTITIES)[number];
export const CUSTOM_TYPES = ['text', 'number', 'date', 'flag', 'choice', 'choices', 'url'] as const;
export type CustomType = (typeof CUSTOM_TYPES)[number];
export type CustomFieldOut = Narrow<CustomField, { entity: CustomEntity; type: CustomType }>;
export type CustomOption = CustomFieldOut['options'][number];

export const customFieldsQuery = (entity: CustomEntity) =>
  queryOptions({
    queryKey: ['custom-fields', entity],
    queryFn: async ({ signal }) => {
      const { data } = await api.get('/custom-fields', { query: { entity }, signal });
      return (data as CustomFieldOut[]).sort((a, b) => a.position - b.position);
    },
    staleTime: 120_000,
  });

/** Nobody asks for the fields of records that they do not see. */
const READ: Record<CustomEntity, string[]> = {
  client: ['clients.read', 'settings.manage', 'audit.read'],
  lead: ['leads.read', 'settings.manage', 'audit.read'],
  contact: ['contacts.read'],
  deal: ['deals.read', 'opportunities.read'],
};

/** The fields in use, in their order. None while they are not known: records are shown without them then. */
export function useCustomFields(entity: CustomEntity): CustomFieldOut[] {
  const can = useCan();
  const { data } = useQuery({ ...customFieldsQuery(entity), enabled: READ[entity].some(can) });
  return useMemo(() => (data ?? []).filter((f) => !f.archived), [data]);
}
