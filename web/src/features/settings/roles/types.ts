import type { FieldLevel, Scope } from '@/api/types';

export type Rules = { permissions: Record<string, Scope>; fields: Record<string, FieldLevel> };
export type { Role } from '@/api/types';
export type RolePatch = Partial<Rules> & {
  name?: string;
  description?: string;
  two_factor_required?: boolean;
};
export type NewRole = RolePatch & { name: string; copy_of?: string };

/** One permission or field that becomes another. */
export type Step = { key: string; from: string; to: string };
export type AffectedUser = {
  id: string;
  name: string;
  gains: string[];
  loses: string[];
  records_gained: number;
  records_lost: number;
  /** The same by kind, where it changes. */
  records: MovedRecords[];
};
export type MovedRecords = { kind: string; gained: number; lost: number };
/** What a change, or the end, of a role would mean. */
export type Effect = {
  users: AffectedUser[];
  users_total: number;
  gains: Step[];
  loses: Step[];
  /** Absent unless the demand for a second factor changes. */
  two_factor_required?: { from: boolean; to: boolean; users_without: number } | null;
  /** Programs' keys that would do more or less. */
  api_keys: { id: string; name: string }[];
  api_keys_total: number;
  last_administrator: boolean;
};
export type EffectOf = RolePatch & { delete?: boolean; replace_with?: string };

export type PreviewedType = 'client' | 'lead' | 'contact';
/** A record as somebody with these rules would see it. */
export type RecordPreview = {
  visible: boolean;
  resource: { type: PreviewedType; id: string; label: string };
  record: Record<string, unknown> & { masked?: string[] | null; hidden?: string[] | null };
};
