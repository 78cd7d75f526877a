import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useListSearch } from '@/data/listSearch';
import { useListOf } from '@/data/neighbours';
import { ErrorState } from '../States';
import type { Named, RecordKind } from './kind';
import { RecordNav, RecordSkeleton } from './RecordLayout';

type Props<T extends Named> = {
  kind: RecordKind<T>;
  /** What stands for an error, where it is none: a record that went into another one. */
  instead?: (error: Error) => ReactNode;
  children: (record: T) => ReactNode;
};

/** The record that the address names, once it is there; the way back to its list stands at once. */
export function RecordPage<T extends Named>({ kind, instead, children }: Props<T>) {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const { search } = useListSearch();
  const list = useListOf(search.list, kind.listQuery);
  const query = useQuery(kind.query(id));
  const other = query.error && instead?.(query.error);
  if (other) return other;
  if (query.data) return children(query.data);
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const back = { to: `/${kind.entity}`, label: t(kind.title) };
  return (
    <RecordSkeleton
      nav={<RecordNav back={back} entity={kind.entity} list={list} id={id} tab={search.tab} />}
    />
  );
}
