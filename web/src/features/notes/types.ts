import type { List } from '@/api/types';

/** What notes and files can hang on. An opportunity is a deal that has not been agreed on yet. */
export type ParentKind = 'client' | 'lead' | 'contact' | 'deal' | 'opportunity';
export type Parent = { kind: ParentKind; id: string };
export type Person = { id: string; name: string };
export type Note = {
  id: string;
  content: string;
  pinned: boolean;
  mentions: Person[];
  author_id?: string | null;
  author_name: string;
  created_at: string;
  updated_at: string;
  version: number;
  mine: boolean;
};
export type Notes = List<Note>;

/** The parameter by which the server knows the record. */
export const linkOf = ({ kind, id }: Parent): Record<string, string> => ({
  [kind === 'opportunity' ? 'deal_id' : `${kind}_id`]: id,
});
