import type { ResourceRef, ResourceType } from '@/components/explain';
import type { ListSearch } from '@/lib/listSearch';

const TYPES: readonly string[] = ['client', 'lead', 'partner', 'user', 'team'];

export type Check = {
  user?: string;
  about: 'record' | 'permission';
  type: ResourceType;
  resource: ResourceRef | null;
  permission?: string;
  field?: string;
};

/** The question as it stands in the address. What does not fit together is left out. */
export function checkOf(search: ListSearch): Check {
  const type = (TYPES.includes(search.type ?? '') ? search.type : 'client') as ResourceType;
  const about = search.about === 'permission' ? 'permission' : 'record';
  const fits = (key: string | undefined) => (key?.startsWith(`${type}s.`) ? key : undefined);
  return {
    user: search.user,
    about,
    type,
    resource: search.id ? { type, id: search.id, label: search.label ?? `…${search.id.slice(-6)}` } : null,
    permission: about === 'permission' ? search.permission : fits(search.permission),
    field: about === 'permission' ? undefined : fits(search.field),
  };
}
