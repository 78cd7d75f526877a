import type { components } from '@/api/schema.gen';
import type { Narrow, Wire } from '@/api/wire';
import { importRight } from '@/data/imports';

/** What the import API says, with its words as words. */
type Schemas = components['schemas'];
type Out<K extends keyof Schemas> = Wire<Schemas[K]>;

export const ENTITIES = [
  'clients',
  'leads',
  'contacts',
  'opportunities',
  'deals',
  'activities',
  'users',
] as const;
export type ImportEntity = (typeof ENTITIES)[number];
export type ImportStatus =
  | 'uploaded'
  | 'mapped'
  | 'previewed'
  | 'queued'
  | 'running'
  | 'paused'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'undone';
export type Task = 'preview' | 'import' | 'undo';
export const RULES = ['skip', 'update', 'create_anyway', 'review'] as const;
export type DuplicateRule = (typeof RULES)[number];
export type MatchKey = 'email' | 'phone';
export const NEW_TYPES = ['text', 'number', 'date', 'flag', 'choice', 'url'] as const;
export type NewType = (typeof NEW_TYPES)[number];
export type Choice = 'skip' | 'update' | 'create';

export type ImportColumn = Out<'ImportColumnOut'>;
export type TargetField = Out<'ImportFieldOut'>;
export type Mapping = Out<'MappingIn'>;
export type Import = Narrow<
  Out<'ImportOut'>,
  {
    entity: ImportEntity;
    status: ImportStatus;
    task?: Task | null;
    duplicates_rule: DuplicateRule;
  }
>;
export type RowError = Out<'ImportFaultOut'>;
export type ErrorGroup = Out<'ImportFaultGroupOut'>;
export type Preview = Out<'PreviewOut'>;
export type ImportRow = Out<'ImportRowOut'>;
export type RowFixed = Out<'FixedOut'>;
/** How the file is read, as far as it can be changed. */
export type Reading = Out<'LayoutIn'>;

type Can = (key: string) => boolean;
/** Whoever manages users may do everything with them. */
const may = (can: Can, entity: ImportEntity, verb: string): boolean =>
  can(entity === 'users' ? 'users.manage' : `${entity}.${verb}`);
export const mayImport = (can: Can, entity: ImportEntity): boolean => can(importRight(entity));
export const mayCreate = (can: Can, entity: ImportEntity): boolean => may(can, entity, 'create');
export const mayUpdate = (can: Can, entity: ImportEntity): boolean => may(can, entity, 'update');
/** Where the records of an import are listed. */
export const listOf = (entity: ImportEntity): string =>
  entity === 'users' ? '/settings/users' : `/${entity}`;
/** How its page shows them as a list. */
const AS_LIST: Partial<Record<ImportEntity, Record<string, string>>> = {
  deals: { as: 'list' },
  opportunities: { as: 'list' },
  activities: { tab: 'all' },
};
/** The list of what came with an import. */
export const cameWith = (entity: ImportEntity, id: string): Record<string, string> => ({
  ...AS_LIST[entity],
  import_id: id,
});
/** Where one of its records is looked at; activities are opened from their list. */
export const recordOf = (
  entity: ImportEntity,
  id: string,
): { to: string; search?: Record<string, string> } =>
  entity === 'activities'
    ? { to: listOf(entity), search: { ...AS_LIST.activities, task: id } }
    : { to: `${listOf(entity)}/${id}` };
/** Whether what comes is people, whom an address tells apart, or what is done with them. */
export const isPeople = (entity: ImportEntity): boolean =>
  entity !== 'deals' && entity !== 'opportunities' && entity !== 'activities';
/**
 * An address belongs to one user: there is no second one, and nothing to decide. Nothing says which deal is meant, so
 * none is changed by a row.
 */
export const rulesOf = (entity: ImportEntity): readonly DuplicateRule[] => {
  if (entity === 'users') return ['skip', 'update'];
  return isPeople(entity) ? RULES : ['skip', 'create_anyway'];
};
