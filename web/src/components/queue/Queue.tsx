import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { shortcutAllowed } from '@/lib/keys';
import { SkeletonLines } from '../Skeletons';
import { ErrorState } from '../States';
import c from './queue.module.css';

type Props<T> = {
  /** What the list is, for screen readers. */
  label: string;
  /** What narrows the queue, on the left of the bar. */
  bar: ReactNode;
  /** Its keys, on the right. */
  keys: ReactNode;
  query: Pick<
    UseInfiniteQueryResult,
    | 'data'
    | 'isPending'
    | 'isError'
    | 'isSuccess'
    | 'error'
    | 'refetch'
    | 'hasNextPage'
    | 'isFetchingNextPage'
    | 'fetchNextPage'
  >;
  rows: readonly T[];
  /** How many there are on the server. */
  total: number;
  /** The place of the one that is open. */
  at: number;
  idOf: (row: T) => string;
  onChoose: (row: T) => void;
  row: (row: T) => ReactNode;
  /** Instead of everything when there is nothing to do. */
  empty: ReactNode;
  /** The open one. */
  children: ReactNode;
};
/** That close to the end the next page is fetched. */
const AHEAD = 8;

/** Work that comes one after the other: the list beside what is open, and J and K to go through it. */
export function Queue<T>(props: Props<T>) {
  const { label, bar, keys, query, rows, total, at, idOf, onChoose, row, empty, children } = props;
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const chosen = rows[at];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && at >= rows.length - AHEAD) void fetchNextPage();
  }, [at, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const step = (by: number) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) onChoose(next);
  };
  const latest = useRef(step);
  latest.current = step;
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!shortcutAllowed(e)) return;
      const key = e.key.toLowerCase();
      if (key !== 'j' && key !== 'k') return;
      e.preventDefault();
      latest.current(key === 'j' ? 1 : -1);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const id = chosen && idOf(chosen);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another one is chosen
  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [id]);

  return (
    <div className={c.queue}>
      <div className={c.bar}>
        {bar}
        <span className={c.grow} />
        <span className={c.keys} aria-hidden>
          {keys}
        </span>
      </div>
      {query.isPending && (
        <div className={c.loading}>
          <SkeletonLines lines={8} gap={30} />
        </div>
      )}
      {query.isError && !query.data && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && !rows.length && empty}
      {chosen && (
        <div className={c.desk}>
          <nav className={c.list} aria-label={label}>
            <p className={c.count} role="status">
              {t('components.position', { n: at + 1, total: Math.max(total, rows.length) })}
            </p>
            <ul ref={list}>
              {rows.map((x, i) => (
                <li key={idOf(x)}>
                  <button
                    type="button"
                    className={c.row}
                    aria-current={i === at}
                    data-id={idOf(x)}
                    onClick={() => onChoose(x)}
                  >
                    {row(x)}
                  </button>
                </li>
              ))}
            </ul>
          </nav>
          {children}
        </div>
      )}
    </div>
  );
}
