import type { Client } from '@/api/types';

/** Why two records may be one person. */
export type Reason =
  | 'email'
  | 'phone'
  | 'name_birth_date'
  | 'similar_name_birth_date'
  | 'name_country'
  | 'name';

type Masking = { masked: string[]; hidden: string[] };
export type Match = Masking & {
  kind: 'client' | 'lead';
  id: string;
  name: string;
  email?: string | null;
  phone?: string | null;
  date_of_birth?: string | null;
  country?: string | null;
  status: string;
  assigned_to_name?: string | null;
  created_at: string;
  score: number;
  reasons: Reason[];
};
export type Side = {
  id: string;
  name: string;
  first_name: string;
  last_name: string;
  email?: string | null;
  phone?: string | null;
  date_of_birth?: string | null;
  country?: string | null;
  status: string;
  kyc_status: string;
  source?: string | null;
  assigned_to_name?: string | null;
  team_name?: string | null;
  tags: string[];
  created_at: string;
  version: number;
};
export type PairState = 'open' | 'dismissed';
export type Pair = {
  id: string;
  score: number;
  reasons: Reason[];
  state: PairState;
  found_at: string;
  a: Side;
  b: Side;
};
export type Which = 'keep' | 'drop';
export type Conflict = { field: string; keep?: unknown; drop?: unknown; chosen: Which; choosable: boolean };
/** How many rows of which kind go along. */
export type Moved = Record<string, number>;
export type Merged = {
  merge_id?: string | null;
  record: Client;
  keep: Client;
  drop: Client;
  conflicts: Conflict[];
  moved: Moved;
};
type By = { id?: string | null; name: string };
export type MergeEntry = {
  id: string;
  at: string;
  by: By;
  keep_id: string;
  keep_name: string;
  drop_id: string;
  drop_name: string;
  split_at?: string | null;
  split_by?: By | null;
  can_split: boolean;
  blocked_by: string[];
};
export type Split = {
  kept: Client;
  restored: Client;
  returned: string[];
  left: { field: string; value?: unknown }[];
  moved: Moved;
};
export type Draft = {
  first_name?: string;
  last_name?: string;
  email?: string;
  phone?: string;
  country?: string;
  date_of_birth?: string;
};
