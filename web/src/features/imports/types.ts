import type { components } from '@/api/schema.gen';
import type { Narrow, Wire } from '@/api/wire';

/** What the import API says, with its words as words. */
type Schemas = components['schemas'];
type Out<K extends keyof Schemas> = Wire<Schemas[K]>;

export const ENTITIES = ['clients', 'leads'] as const;
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

export const mayImport = (can: (key: string) => boolean, entity: ImportEntity): boolean =>
  can(`${entity}.import`);
