import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState, SkeletonBlock } from '@/components';
import c from './dashboard.module.css';
import type { Narrowed } from './query';

export type PanelProps = {
  narrowed: Narrowed;
  /** Days of the chosen period. */
  span: number;
  /** What the lists behind the figures are narrowed by. */
  search: Record<string, string>;
};

type Props<T> = { title: string; query: UseQueryResult<T>; children: (data: T) => ReactNode };

/** The figures of one kind of record: each kind waits, fails and is tried again by itself. */
export function Panel<T>({ title, query, children }: Props<T>) {
  return (
    <section className={c.section} aria-label={title} aria-busy={query.isFetching || undefined}>
      <h2 className={c.sectionTitle}>{title}</h2>
      <div className={c.body} data-old={query.isPlaceholderData || undefined}>
        {query.data !== undefined ? (
          children(query.data)
        ) : query.isError ? (
          <div className={c.panel}>
            <ErrorState error={query.error} onRetry={() => void query.refetch()} compact />
          </div>
        ) : (
          <Waiting />
        )}
      </div>
    </section>
  );
}

/** As high as what will stand there. */
function Waiting() {
  return (
    <>
      <SkeletonBlock height={106} />
      <SkeletonBlock height={300} />
      <div className={c.grid}>
        <SkeletonBlock height={290} />
        <SkeletonBlock height={290} />
        <SkeletonBlock height={290} />
      </div>
    </>
  );
}
