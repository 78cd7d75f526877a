import type { UndefinedInitialDataOptions } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Query } from '@/api/client';
import type { RecordEntity } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';

export type Named = { id: string; name: string };

/** What the page of a record and the panel beside its list know of one kind of record. */
export type RecordKind<T extends Named> = {
  /** As it stands in addresses, permissions and kept answers. */
  entity: RecordEntity;
  /** A single one, as the audit calls it. */
  one: 'client' | 'contact' | 'lead' | 'deal' | 'opportunity';
  /** The key of the words over its list. */
  title: string;
  query: (id: string) => UndefinedInitialDataOptions<T, Error, T, string[]>;
  /** What the server is asked for, from the list's state in an address. */
  listQuery: (search: ListSearch) => Query;
  pills: (record: T) => ReactNode;
};
