import {
  type Icon,
  IconArrowMerge,
  IconArrowRightCircle,
  IconArrowsSplit2,
  IconBell,
  IconBriefcase,
  IconCheckbox,
  IconEye,
  IconFileText,
  IconFlag,
  IconHistory,
  IconPaperclip,
  IconPencil,
  IconPlus,
  IconRotate2,
  IconTag,
  IconTrash,
  IconUserShare,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { List, TimelineEntry } from '@/api/types';
import { useFormat } from '@/app/ui';
import type { RecordEntity } from '@/data/neighbours';
import { useCan } from '@/session/session';
import { SkeletonLines } from '../../Skeletons';
import { EmptyState, ErrorState } from '../../States';
import { Details, type Kind, Sentence } from './Sentence';
import { byDay, dayOf, type Story, storyOf } from './story';
import c from './timeline.module.css';

export const CHAPTERS = [
  'all',
  'changes',
  'status',
  'assignment',
  'reveals',
  'documents',
  'activities',
  'notes',
  'sales',
] as const;
type Chapter = (typeof CHAPTERS)[number];

const ICONS: Record<Story['kind'], Icon> = {
  created: IconPlus,
  deleted: IconTrash,
  restored: IconRotate2,
  converted: IconArrowRightCircle,
  merged: IconArrowMerge,
  split: IconArrowsSplit2,
  mergedAway: IconArrowMerge,
  splitOff: IconArrowsSplit2,
  revealed: IconEye,
  status: IconFlag,
  owner: IconUserShare,
  due: IconBell,
  tags: IconTag,
  field: IconPencil,
  fields: IconPencil,
  beside: IconCheckbox,
  sale: IconBriefcase,
  file: IconPaperclip,
  other: IconHistory,
};

const KIND: Record<RecordEntity, Kind> = {
  clients: 'client',
  leads: 'lead',
  contacts: 'contact',
  deals: 'deal',
  opportunities: 'opportunity',
};

/** What a kind of record has, and the person may read; the rest would be empty for good. */
function shows(chapter: Chapter, kind: Kind, can: (permission: string) => boolean): boolean {
  if (chapter === 'activities' || chapter === 'notes') return can(`${chapter}.read`);
  const sold = kind === 'deal' || kind === 'opportunity';
  if (chapter === 'sales')
    return (kind === 'client' || kind === 'contact') && (can('deals.read') || can('opportunities.read'));
  if (chapter === 'reveals') return !sold;
  if (chapter === 'documents')
    return (kind === 'client' && can('documents.read')) || (kind !== 'lead' && can('attachments.read'));
  return true;
}

type Props = {
  entity: RecordEntity;
  id: string;
  /** Only the newest few, without filters and without more. */
  max?: number;
  /** Which part of it; kept by whoever keeps the page's address. */
  chapter?: string;
  onChapter?: (chapter: string | undefined) => void;
};

/** Everything that was done to one record, newest first, day by day, told in sentences. */
export function Timeline({ entity, id, max, chapter, onChapter }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const kind = KIND[entity];
  const [own, setOwn] = useState<string | undefined>();
  const asked = onChapter ? chapter : own;
  const can = useCan();
  const chapters = CHAPTERS.filter((x) => shows(x, kind, can));
  const part: Chapter = chapters.find((x) => x === asked) ?? 'all';
  const query = useInfiniteQuery({
    queryKey: [entity, 'timeline', id, part],
    queryFn: ({ pageParam, signal }) =>
      api.call<List<TimelineEntry>>('get', `/${entity}/{id}/timeline`, {
        path: { id },
        query: { cursor: pageParam, limit: max ?? 30, kind: part === 'all' ? undefined : part },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (p) => p.next_cursor,
  });
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const entries = useMemo(
    () =>
      (query.data?.pages.flatMap((p) => p.data) ?? [])
        .map((entry) => ({
          ...entry,
          story: storyOf(entry, kind),
          // what was done to one that has become part of this
          other: entry.resource.type === kind && Boolean(entry.resource.id) && entry.resource.id !== id,
        }))
        // that they became part of it is told by this one's own entry
        .filter((entry) => !entry.other || entry.story.kind !== 'mergedAway')
        .slice(0, max),
    [query.data, max, kind, id],
  );
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes next is watched for anew after each page
  useEffect(() => {
    const mark = end.current;
    if (!mark || !hasNextPage || isFetchNextPageError) return;
    const watch = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting && !isFetchingNextPage) void fetchNextPage();
      },
      { rootMargin: '400px' },
    );
    watch.observe(mark);
    return () => watch.disconnect();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, entries.length]);

  const pick = onChapter ?? setOwn;
  const today = dayOf(new Date().toISOString());
  const yesterday = dayOf(new Date(Date.now() - 86_400_000).toISOString());
  const dayName = (day: string) =>
    day === today ? t('record.today') : day === yesterday ? t('record.yesterday') : f.date(day);
  return (
    <div className={c.timeline}>
      {!max && (
        <div className={c.chapters} role="group" aria-label={t('record.show')}>
          {chapters.map((x) => (
            <button
              key={x}
              type="button"
              aria-pressed={x === part}
              onClick={() => pick(x === 'all' ? undefined : x)}
            >
              {t(`record.chapter.${x}`)}
            </button>
          ))}
        </div>
      )}
      {query.isLoading ? (
        <SkeletonLines lines={max ?? 8} gap={22} />
      ) : query.isError && !query.data ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : !entries.length ? (
        <EmptyState
          compact={max !== undefined}
          icon={
            part === 'documents' ? (
              <IconFileText size={20} stroke={1.6} />
            ) : (
              <IconHistory size={20} stroke={1.6} />
            )
          }
          title={part === 'all' ? t('components.noHistory') : t('record.nothingOfIt')}
        />
      ) : (
        byDay(entries).map(({ day, entries: list }) => (
          <section key={day} className={c.day}>
            <h3 className={c.dayName}>
              <time dateTime={day}>{dayName(day)}</time>
            </h3>
            <ol>
              {list.map((e) => {
                const Glyph = ICONS[e.story.kind];
                return (
                  <li key={e.id} className={c.entry} data-story={e.story.kind}>
                    <span className={c.glyph} aria-hidden>
                      <Glyph size={14} stroke={1.8} />
                    </span>
                    <div className={c.body}>
                      <p className={c.sentence}>
                        <Sentence entry={e} story={e.story} kind={kind} />
                        {e.other && (
                          <span className="dim">
                            {' '}
                            · {t(kind === 'contact' ? 'record.ofMergedContact' : 'record.ofMerged')}
                          </span>
                        )}
                      </p>
                      <Details story={e.story} kind={kind} />
                    </div>
                    <time className={c.time} dateTime={e.at} title={f.dateTime(e.at)}>
                      {f.time(e.at)}
                    </time>
                  </li>
                );
              })}
            </ol>
          </section>
        ))
      )}
      {!max && (
        <div ref={end} aria-hidden={!isFetchingNextPage}>
          {isFetchingNextPage && <SkeletonLines lines={3} gap={22} />}
        </div>
      )}
      {isFetchNextPageError && (
        <ErrorState compact error={query.error} onRetry={() => void fetchNextPage()} />
      )}
    </div>
  );
}
