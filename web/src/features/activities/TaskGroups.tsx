import { Button } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, SkeletonLines } from '@/components';
import c from './activities.module.css';
import { GROUPS, groupOf } from './groups';
import { TaskRow } from './TaskRow';
import { type Activities, type Activity, isOpen } from './types';
import { useClock } from './useClock';
import { useTaskActions } from './useTaskActions';
import { useTaskKeys } from './useTaskKeys';

type Props = {
  query: UseInfiniteQueryResult<InfiniteData<Activities>>;
  onOpen: (a: Activity) => void;
  empty: { title: string; text: string; action?: ReactNode };
  mine?: boolean;
};

/** What is to do, grouped by when. */
export function TaskGroups({ query, onOpen, empty, mine }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const clock = useClock();
  const actions = useTaskActions();
  const box = useRef<HTMLDivElement>(null);
  useTaskKeys(box);
  const all = useMemo(() => query.data?.pages.flatMap((p) => p.data) ?? [], [query.data]);
  const groups = useMemo(() => {
    const at = { now: new Date(), zone: clock.zone };
    return GROUPS.map((key) => ({ key, list: all.filter((a) => groupOf(a, at) === key) }));
  }, [all, clock]);
  if (query.isLoading)
    return (
      <div className={c.wait}>
        <SkeletonLines lines={9} gap={26} />
      </div>
    );
  if (query.isError && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!all.length) return <EmptyState icon={<IconChecks size={20} stroke={1.6} />} {...empty} />;
  return (
    <div ref={box} className={c.groups} aria-busy={query.isPlaceholderData || undefined}>
      {groups
        .filter((g) => g.list.length)
        .map(({ key, list }) => (
          <section key={key} className={c.group} aria-labelledby={`group-${key}`}>
            <h2 id={`group-${key}`} className={c.groupName} data-group={key}>
              {t(`activities.group.${key}`)}
              <span className={c.number}>{f.int(list.filter(isOpen).length)}</span>
            </h2>
            <ul className={c.tasks}>
              {list.map((a) => (
                <TaskRow
                  key={a.id}
                  activity={a}
                  clock={clock}
                  actions={actions}
                  onOpen={onOpen}
                  mine={mine}
                />
              ))}
            </ul>
          </section>
        ))}
      {query.hasNextPage && (
        <Button
          variant="default"
          className={c.moreButton}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('components.showMore')}
        </Button>
      )}
    </div>
  );
}
