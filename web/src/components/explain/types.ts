import type { FieldLevel, Ref, Scope } from '@/api/types';

/** Everything a role can be given. */
export type Permission = { key: string; area: string; title: string; scopes: Scope[] };
export type FieldGroup = 'contact' | 'identity' | 'finance';
export type SensitiveField = { key: string; title: string; group: FieldGroup; levels: FieldLevel[] };
export type Catalogue = { permissions: Permission[]; fields: SensitiveField[] };

/** Why somebody may, or may not. */
export type Explanation = {
  allowed: boolean;
  scope?: Scope | null;
  level?: FieldLevel | null;
  rule?: { role: Ref; line: string } | null;
  reason: string;
  steps: { ok: boolean; text: string }[];
  user: Ref;
  resource?: { type: string; id: string; label: string } | null;
};

export type RecordType = 'client' | 'lead';
/** The kinds of records that the server tells about, and the start of their permissions, fields and addresses. */
export const AREAS = {
  client: 'clients',
  lead: 'leads',
  contact: 'contacts',
  opportunity: 'opportunities',
  deal: 'deals',
  partner: 'partners',
  user: 'users',
  team: 'teams',
} as const;
export type ResourceType = keyof typeof AREAS;
export type ResourceRef = { type: ResourceType; id: string; label: string };

export type Question = {
  user_id: string;
  permission?: string;
  resource_type?: string;
  resource_id?: string;
  field?: string;
};
