import { AREAS, type ResourceRef, type ResourceType } from '@/components/explain/types';
import type { ListSearch } from '@/lib/listSearch';

const known = (word: string | undefined): word is ResourceType =>
  word !== undefined && Object.hasOwn(AREAS, word);

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
  const type = known(search.type) ? search.type : 'client';
  const about = search.about === 'permission' ? 'permission' : 'record';
  const fits = (key: string | undefined) => (key?.startsWith(`${AREAS[type]}.`) ? key : undefined);
  return {
    user: search.user,
    about,
    type,
    resource: search.id ? { type, id: search.id, label: search.label ?? `…${search.id.slice(-6)}` } : null,
    permission: about === 'permission' ? search.permission : fits(search.permission),
    field: about === 'permission' ? undefined : fits(search.field),
  };
}
