import type { Contact } from '@/api/sales';
import type { Client, DuplicateDraft, DuplicateMatch, DuplicatePair, MergeAnswer } from '@/api/types';
import type { Narrow } from '@/api/wire';

/** Why two records may be one person. */
export type Reason =
  | 'email'
  | 'phone'
  | 'name_birth_date'
  | 'similar_name_birth_date'
  | 'name_country'
  | 'name';
export type PairState = 'open' | 'dismissed';
export type Which = 'keep' | 'drop';

export type Match = Narrow<DuplicateMatch, { kind: 'client' | 'lead'; reasons: Reason[] }>;
export type Pair = Narrow<DuplicatePair, { reasons: Reason[]; state: PairState }>;
export type Side = DuplicatePair['a'];
export type Draft = DuplicateDraft;
export type Conflict = Narrow<MergeAnswer['conflicts'][number], { chosen: Which }>;
/** Of whom two can become one. */
export type MergeKind = 'clients' | 'contacts';
export type Merged<R = Client> = Omit<MergeAnswer, 'conflicts' | 'record' | 'keep' | 'drop'> & {
  conflicts: Conflict[];
  record: R;
  keep: R;
  drop: R;
};
/** Either of them; `kind` says which. */
export type Joined = Client | Contact;
/** How many rows of which kind go along. */
export type Moved = MergeAnswer['moved'];
