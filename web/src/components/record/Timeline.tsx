import { Button } from '@mantine/core';
import {
  type Icon,
  IconArrowRightCircle,
  IconHistory,
  IconPencil,
  IconPlus,
  IconRotate2,
  IconTrash,
  IconUserShare,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import { humanise } from '@/data/lookups';
import { useNames } from '@/data/names';
import { Diff } from '../Diff';
import { SkeletonLines } from '../Skeletons';
import { EmptyState, ErrorState } from '../States';
import { RelativeTime } from '../Values';
import c from './record.module.css';

const ICONS: [RegExp, Icon][] = [
  [/created|submitted/, IconPlus],
  [/deleted/, IconTrash],
  [/restored/, IconRotate2],
  [/assign/, IconUserShare],
  [/convert/, IconArrowRightCircle],
  [/updated|status/, IconPencil],
];

/** Everything that was done to one record, newest first, field by field. */
export function Timeline({
  entity,
  id,
  max,
}: {
  entity: 'clients' | 'leads';
  id: string;
  /** Only the newest few, without "show more". */
  max?: number;
}) {
  const { t, i18n } = useTranslation();
  const names = useNames();
  const type = entity === 'clients' ? 'client' : 'lead';
  const query = useInfiniteQuery({
    queryKey: [entity, 'timeline', id],
    queryFn: ({ pageParam, signal }) =>
      api.get(`/${entity}/{id}/timeline`, {
        path: { id },
        query: { cursor: pageParam, limit: 30 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (p) => p.next_cursor,
  });
  if (query.isLoading) return <SkeletonLines lines={8} gap={22} />;
  if (query.isError && !query.data)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  const entries = (query.data?.pages.flatMap((p) => p.data) ?? []).slice(0, max);
  if (!entries.length)
    return <EmptyState icon={<IconHistory size={20} stroke={1.6} />} title={t('components.noHistory')} />;
  const title = (action: string) => {
    const key = `components.action.${action.split('.').at(-1)}`;
    return i18n.exists(key) ? t(key) : humanise(action);
  };
  return (
    <>
      <ol className={c.timeline}>
        {entries.map((e) => {
          const Glyph = ICONS.find(([r]) => r.test(e.action))?.[1] ?? IconHistory;
          return (
            <li key={e.id} className={c.entry}>
              <span className={c.glyph} aria-hidden>
                <Glyph size={14} stroke={1.8} />
              </span>
              <div className={c.entryBody}>
                <p>
                  <b>{names.actor(e.actor)}</b> {title(e.action)}{' '}
                  <span className={c.when}>
                    <RelativeTime at={e.at} />
                  </span>
                </p>
                <Diff
                  lines={e.diff}
                  label={(field) => names.field(type, field)}
                  value={(field, v) => names.value(type, field, v)}
                />
              </div>
            </li>
          );
        })}
      </ol>
      {query.hasNextPage && !max && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('components.showMore')}
        </Button>
      )}
    </>
  );
}
