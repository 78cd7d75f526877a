import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Me } from '@/api/types';
import { humanise } from '@/data/lookups';
import { useCan, useMe } from '@/session/session';
import { catalogueQuery } from './query';
import type { Catalogue } from './types';

/** The catalogue as far as one's own rights tell it: for those who may ask "why", but not read roles. */
export const catalogueOf = ({
  permissions,
  fields,
}: Pick<Me['user'], 'permissions' | 'fields'>): Catalogue => ({
  permissions: permissions.map((key) => ({
    key,
    area: humanise(key.split('.')[0] ?? key),
    title: humanise(key),
    scopes: [],
  })),
  fields: Object.keys(fields ?? {}).map((key) => ({
    key,
    title: humanise(key),
    group: 'contact',
    levels: [],
  })),
});

export function useCatalogue() {
  const reads = useCan()('roles.read');
  const { user } = useMe();
  const query = useQuery({ ...catalogueQuery, enabled: reads });
  const data = useMemo(() => (reads ? query.data : catalogueOf(user)), [reads, query.data, user]);
  return { data, error: reads ? query.error : null, refetch: query.refetch };
}
