/** The tenant API's shapes as the staff app uses them. */
export type List<T> = {
  data: T[];
  total: number;
  total_is_estimate: boolean;
  page?: number;
  limit: number;
  total_pages?: number;
  next_cursor: string | null;
};
export type Ref = { id: string; name: string };
export type Scope = 'none' | 'own' | 'team' | 'all';
export type FieldLevel = 'full' | 'masked' | 'hidden';

export type Me = {
  user: {
    id: string;
    name: string;
    email: string;
    role: Ref;
    role_name: string;
    team_id: string | null;
    team_name: string | null;
    permissions: string[];
    scopes: Record<string, Scope>;
    fields: Record<string, FieldLevel>;
  };
  must_change_password: boolean;
  tenant: { slug: string; name: string; url: string };
};
export type LoginResult = {
  access_token: string;
  token_type: string;
  expires_in: number;
  must_change_password: boolean;
};

export type Status = { key: string; label: string; hue: string; position: number; is_default: boolean };
export type Statuses = { client: Status[]; lead: Status[] };
export type KycStatus = 'missing' | 'pending' | 'approved' | 'rejected' | 'expired';

type Protected = { masked?: string[]; hidden?: string[] };
type Owned = {
  assigned_to: string | null;
  assigned_to_name: string | null;
  team_id: string | null;
  team_name: string | null;
};
type Stamped = { created_at: string; updated_at: string; version: number };

export type Client = Protected &
  Owned &
  Stamped & {
    id: string;
    name: string;
    first_name: string;
    last_name: string;
    email?: string | null;
    phone?: string | null;
    country: string | null;
    address: string | null;
    date_of_birth: string | null;
    status: string;
    kyc_status: KycStatus;
    source: string | null;
    tags: string[];
    custom: Record<string, unknown>;
    balance: string;
    currency: string;
    last_activity_at: string | null;
    deleted_at?: string | null;
  };

export type Lead = Protected &
  Owned &
  Stamped & {
    id: string;
    name: string;
    first_name: string;
    last_name: string;
    email?: string | null;
    phone?: string | null;
    country: string | null;
    status: string;
    source: string | null;
    partner_id: string | null;
    partner_name: string | null;
    message: string | null;
    metadata: Record<string, unknown>;
    created_by: string | null;
    converted_client_id: string | null;
  };

export type DiffEntry = { field: string; old: unknown; new: unknown };
export type TimelineEntry = {
  id: string;
  at: string;
  actor: Ref | null;
  action: string;
  diff: DiffEntry[];
  masked?: boolean;
};

export type Partner = {
  id: string;
  name: string;
  email: string | null;
  approved: boolean;
  form_url: string;
  leads: number;
  created_at: string;
  updated_at: string;
};

export type UserStatus = 'invited' | 'active' | 'inactive';
export type User = {
  id: string;
  email: string;
  name: string;
  role: Ref;
  role_name: string;
  team_id: string | null;
  team_name: string | null;
  status: UserStatus;
  last_login_at: string | null;
  two_factor: boolean;
  created_at: string;
};
export type Team = {
  id: string;
  name: string;
  parent_id: string | null;
  leader_id: string | null;
  leader_name: string | null;
  members: number;
};
export type Role = {
  id: string;
  name: string;
  description: string | null;
  permissions: Record<string, Scope>;
  fields: Record<string, FieldLevel>;
  builtin: boolean;
  users: number;
};
export type PermissionCatalogue = {
  permissions: { key: string; area: string; title: string; scopes: Scope[] }[];
  fields: { key: string; title: string; levels: FieldLevel[] }[];
};
export type AuditEntry = {
  id: string;
  at: string;
  actor: Ref | null;
  action: string;
  resource: { type: string; id: string | null; label?: string | null };
  diff: DiffEntry[];
  ip: string | null;
  request_id: string | null;
  seq: number;
};
export type ChainCheck = { ok: boolean; entries: number; head: string; first_bad?: number | string | null };
export type JobStatus = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'undone';
export type Job = {
  id: string;
  kind: string;
  status: JobStatus;
  dead: boolean;
  attempts: number;
  max_attempts: number;
  error: string | null;
  run_at: string;
  created_at: string;
  finished_at: string | null;
};
export type Count = { key: string; count: number };
export type ClientDashboard = {
  total: number;
  active: number;
  inactive: number;
  assigned: number;
  unassigned: number;
  by_status: Count[];
  by_country: Count[];
  by_source: Count[];
  by_kyc: Count[];
  by_team: { id: string | null; name: string; count: number }[];
  per_day: { date: string; count: number }[];
};
