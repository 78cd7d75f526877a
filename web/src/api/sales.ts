import type { components } from './schema.gen';
import type { Narrow, Wire } from './wire';

/** The records of the sales CRM: contacts, opportunities and deals, and the pipelines they go through. */
type Schemas = components['schemas'];
type Out<K extends keyof Schemas> = Wire<Schemas[K]>;

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

export type Stage = Narrow<Out<'StageOut'>, { outcome: StageOutcome; required: StageNeed[] }>;
export type Pipeline = Omit<Out<'PipelineOut'>, 'stages'> & { stages: Stage[] };
export type StageIn = Out<'StageIn'>;
export type ExchangeRate = Pick<Out<'ExchangeRateOut'>, 'currency' | 'day' | 'rate' | 'base' | 'counts'>;

export type DealKind = 'deals' | 'opportunities';
export type Deal = Narrow<Out<'DealOut'>, { outcome: StageOutcome }>;
/** A new one takes the same fields, and where it begins. */
export type DealPatch = Omit<Out<'DealPatch'>, 'version'> & Pick<Out<'DealIn'>, 'pipeline' | 'stage'>;
export type DealMove = Out<'DealStageIn'>;
export type DealStay = Out<'DealStepOut'>;
export type BoardColumn = Omit<Out<'BoardColumnOut'>, 'deals' | 'outcome'> & {
  outcome: StageOutcome;
  deals: Deal[];
};
export type Board = Omit<Out<'BoardOut'>, 'columns'> & { columns: BoardColumn[] };
export type Forecast = Out<'ForecastOut'>;

export const CONTACT_STATUSES = ['lead', 'prospect', 'customer', 'closed'] as const;
export type ContactStatus = (typeof CONTACT_STATUSES)[number];
export type Contact = Narrow<Out<'ContactOut'>, { status: ContactStatus }>;
export type ContactPatch = Omit<Out<'ContactPatch'>, 'version'>;
