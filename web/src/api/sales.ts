/** The records of the sales CRM: contacts, opportunities and deals, and the pipelines they go through. */

export const STAGE_OUTCOMES = ['none', 'won', 'lost'] as const;
export type StageOutcome = (typeof STAGE_OUTCOMES)[number];
/** What a stage may ask for before a deal comes in. */
export const STAGE_NEEDS = [
  'amount',
  'expected_close_date',
  'client_id',
  'contact_id',
  'next_steps',
  'lost_reason',
] as const;
export type StageNeed = (typeof STAGE_NEEDS)[number];

export type Stage = {
  key: string;
  label: string;
  hue: string;
  probability: number;
  outcome: StageOutcome;
  position: number;
  /** Which stages may follow; null lets every one follow. */
  transitions?: string[] | null;
  required: StageNeed[];
  /** For who may set pipelines up. */
  open_deals?: number | null;
};
export type Pipeline = {
  key: string;
  name: string;
  position: number;
  is_default: boolean;
  archived: boolean;
  stages: Stage[];
};
export type StageIn = Pick<
  Stage,
  'label' | 'hue' | 'probability' | 'outcome' | 'transitions' | 'required'
> & {
  key?: string;
};
export type ExchangeRate = { currency: string; day: string; rate: string };

export type DealKind = 'deals' | 'opportunities';
export type Deal = {
  id: string;
  kind: 'deal' | 'opportunity';
  name: string;
  description?: string | null;
  next_steps?: string | null;
  client_id?: string | null;
  client_name?: string | null;
  contact_id?: string | null;
  contact_name?: string | null;
  opportunity_id?: string | null;
  opportunity_name?: string | null;
  /** Of an opportunity: the deal it became. */
  deal_id?: string | null;
  lead_id?: string | null;
  pipeline: string;
  stage: string;
  stage_label: string;
  stage_hue: string;
  outcome: StageOutcome;
  /** The one that counts: the override, or that of the stage. */
  probability: number;
  probability_override?: number | null;
  amount?: string | null;
  currency: string;
  amount_base?: string | null;
  weighted_base?: string | null;
  expected_close_date?: string | null;
  closed_at?: string | null;
  lost_reason?: string | null;
  stage_since: string;
  position: number;
  assigned_to?: string | null;
  assigned_to_name?: string | null;
  team_id?: string | null;
  team_name?: string | null;
  tags: string[];
  custom?: unknown;
  created_at: string;
  updated_at: string;
  version: number;
  deleted_at?: string | null;
};
export type DealPatch = Partial<
  Pick<
    Deal,
    | 'name'
    | 'description'
    | 'next_steps'
    | 'client_id'
    | 'contact_id'
    | 'opportunity_id'
    | 'pipeline'
    | 'stage'
    | 'amount'
    | 'currency'
    | 'expected_close_date'
    | 'lost_reason'
    | 'assigned_to'
    | 'team_id'
    | 'tags'
    | 'custom'
  >
> & { probability?: number | null };
export type DealMove = {
  stage: string;
  /** The card before which it is put; the end of the column without one. */
  before?: string | null;
  lost_reason?: string;
  reopen?: boolean;
};
export type DealStay = {
  from?: string | null;
  from_label?: string | null;
  to: string;
  to_label: string;
  at: string;
  by?: string | null;
  by_name?: string | null;
  reason?: string | null;
  seconds: number;
};
export type BoardColumn = {
  stage: string;
  label: string;
  hue: string;
  probability: number;
  outcome: StageOutcome;
  count: number;
  sum_base: string;
  weighted_base: string;
  next_cursor?: string | null;
  deals: Deal[];
};
export type Board = {
  pipeline: string;
  base_currency: string;
  missing_rates: string[];
  columns: BoardColumn[];
};
export type Forecast = {
  base_currency: string;
  missing_rates: string[];
  months: { month?: string | null; count: number; value: string; weighted: string }[];
  /** What has no expected close. */
  undated?: { count: number; value: string; weighted: string } | null;
};

export const CONTACT_STATUSES = ['lead', 'prospect', 'customer', 'closed'] as const;
export type ContactStatus = (typeof CONTACT_STATUSES)[number];
export type Contact = {
  id: string;
  name: string;
  first_name: string;
  last_name: string;
  email?: string | null;
  phone?: string | null;
  company?: string | null;
  job_title?: string | null;
  status: ContactStatus;
  source?: string | null;
  rating?: number | null;
  description?: string | null;
  client_id?: string | null;
  client_name?: string | null;
  is_primary: boolean;
  assigned_to?: string | null;
  assigned_to_name?: string | null;
  team_id?: string | null;
  team_name?: string | null;
  tags: string[];
  custom?: unknown;
  created_at: string;
  updated_at: string;
  version: number;
  masked?: string[];
  hidden?: string[];
  deleted_at?: string | null;
};
export type ContactPatch = Partial<
  Pick<
    Contact,
    | 'email'
    | 'phone'
    | 'company'
    | 'job_title'
    | 'status'
    | 'source'
    | 'rating'
    | 'description'
    | 'client_id'
    | 'is_primary'
    | 'assigned_to'
    | 'team_id'
    | 'tags'
    | 'custom'
  >
> & { first_name?: string | null; last_name?: string | null };
