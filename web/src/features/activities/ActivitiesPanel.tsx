import { Button } from '@mantine/core';
import { IconCalendarCheck } from '@tabler/icons-react';
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, SkeletonLines } from '@/components';
import { useCan } from '@/session/session';
import { ActivityDrawer } from './ActivityDrawer';
import c from './activities.module.css';
import { QuickAdd } from './QuickAdd';
import { doneOfQuery, openOfQuery } from './query';
import { TaskRow } from './TaskRow';
import type { Activities, Activity, Parent } from './types';
import { useClock } from './useClock';
import { useTaskActions } from './useTaskActions';
import { useTaskKeys } from './useTaskKeys';

/** What is next about one record, and what was done. */
export function ActivitiesPanel({ parent, name = '' }: { parent: Parent; name?: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const box = useRef<HTMLDivElement>(null);
  const open = useInfiniteQuery(openOfQuery(parent));
  const done = useInfiniteQuery(doneOfQuery(parent));
  const [shown, setShown] = useState<Activity | 'new' | null>(null);
  useTaskKeys(box);
  const count = (q: typeof open) => q.data?.pages.reduce((n, p) => n + p.data.length, 0) ?? 0;
  const nothing = open.isSuccess && done.isSuccess && !count(open) && !count(done);
  return (
    <div ref={box} className={c.recordPanel}>
      {can('activities.create') && <QuickAdd parent={parent} onMore={() => setShown('new')} />}
      {nothing ? (
        <EmptyState
          compact
          icon={<IconCalendarCheck size={20} stroke={1.6} />}
          title={t('activities.nothingHere')}
          text={t('activities.nothingHereText')}
        />
      ) : (
        <>
          <Part
            title={t('activities.next')}
            none={t('activities.nothingNext')}
            query={open}
            onOpen={setShown}
          />
          <Part title={t('activities.done')} query={done} onOpen={setShown} />
        </>
      )}
      <ActivityDrawer
        opened={shown === 'new'}
        start={{ parent: { ...parent, name } }}
        onClose={() => setShown(null)}
      />
      {shown !== null && shown !== 'new' && (
        <ActivityDrawer opened activity={shown} onClose={() => setShown(null)} />
      )}
    </div>
  );
}

type PartProps = {
  title: string;
  none?: string;
  query: UseInfiniteQueryResult<InfiniteData<Activities>>;
  onOpen: (a: Activity) => void;
};
function Part({ title, none, query, onOpen }: PartProps) {
  const { t } = useTranslation();
  const clock = useClock();
  const actions = useTaskActions();
  const list = query.data?.pages.flatMap((p) => p.data) ?? [];
  if (query.isLoading) return <SkeletonLines lines={4} gap={24} />;
  if (query.isError && !query.data)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  if (!list.length && !none) return null;
  return (
    <section className={c.group}>
      <h3 className={c.groupName}>{title}</h3>
      {list.length ? (
        <ul className={c.tasks}>
          {list.map((a) => (
            <TaskRow key={a.id} plain activity={a} clock={clock} actions={actions} onOpen={onOpen} />
          ))}
        </ul>
      ) : (
        <p className={c.none}>{none}</p>
      )}
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
    </section>
  );
}
