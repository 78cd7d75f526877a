/** What the import API says. */
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

export type ImportColumn = {
  name: string;
  index: number;
  samples: string[];
  /** Everything that stands in it, where these are few words. */
  values?: string[] | null;
  suggested_field?: string | null;
  kind: string;
  /** Of dates: how they may be read, most likely first. */
  formats?: string[] | null;
};
export type TargetField = {
  key: string;
  label: string;
  type: string;
  required: boolean;
  custom: boolean;
  options: { key: string; label: string }[];
};
export type NewField = { column: string; label: string; type: NewType };
export type Mapping = {
  mapping?: Record<string, string | null> | null;
  duplicates?: string | null;
  update?: string | null;
  match?: string[] | null;
  defaults?: Record<string, string> | null;
  values?: Record<string, Record<string, string>> | null;
  date_format?: string | null;
  default_country?: string | null;
  new_fields?: NewField[] | null;
  name?: string | null;
};
export type Import = {
  id: string;
  entity: ImportEntity;
  filename: string;
  bytes: number;
  sha256: string;
  format: string;
  encoding?: string | null;
  delimiter?: string | null;
  sheet?: string | null;
  sheets: string[];
  header_row: number;
  status: ImportStatus;
  task?: Task | null;
  error?: string | null;
  duplicates_rule: DuplicateRule;
  rows_estimate: number;
  total: number;
  processed: number;
  valid: number;
  invalid: number;
  duplicates: number;
  created: number;
  updated: number;
  skipped: number;
  failed: number;
  review: number;
  rows_per_second: number;
  restored: number;
  kept: number;
  job_id?: string | null;
  undo_id?: string | null;
  created_by?: string | null;
  created_by_name: string;
  created_at: string;
  started_at?: string | null;
  finished_at?: string | null;
  undone_at?: string | null;
  columns?: ImportColumn[] | null;
  fields?: TargetField[] | null;
  mapping?: Mapping | null;
  remembered?: Mapping | null;
};

export type RowError = { row: number; column: string; code: string; message: string; value: string };
export type ErrorGroup = { column: string; code: string; message: string; count: number };
export type Preview = {
  total: number;
  valid: number;
  invalid: number;
  duplicates: number;
  duplicates_in_file: number;
  duplicates_in_database: number;
  errors: RowError[];
  error_groups: ErrorGroup[];
  sample: { row: number; values: Record<string, string>; duplicate: boolean }[];
};
export type ImportRow = {
  row: number;
  state: string;
  raw?: Record<string, string> | null;
  values?: Record<string, string> | null;
  errors: Omit<RowError, 'row'>[];
  duplicate_of?: string | null;
  twin_row?: number | null;
  record_id?: string | null;
  existing?: { id: string; name: string; values: Record<string, string> } | null;
};
export type RowFixed = { row: ImportRow; valid: number; invalid: number; duplicates: number };
export type Choice = 'skip' | 'update' | 'create';

/** The file's own way of reading, as far as it can be changed. */
export type Reading = { sheet?: string; encoding?: string; delimiter?: string; header_row?: number };

export const mayImport = (can: (key: string) => boolean, entity: ImportEntity): boolean =>
  can(`${entity}.import`);
