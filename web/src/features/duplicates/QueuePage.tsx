import { Button, Select } from '@mantine/core';
import { IconArrowMerge, IconChecks, IconLock, IconUsersMinus } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { useFormat } from '@/app/ui';
import { EmptyState, Kbd, RelativeTime, StatusPill } from '@/components';
import { Queue } from '@/components/queue';
import q from '@/components/queue/queue.module.css';
import { useListSearch } from '@/data/listSearch';
import { useUndoOffer } from '@/data/undo';
import { shortcutAllowed } from '@/lib/keys';
import { Comparison } from './Comparison';
import c from './duplicates.module.css';
import { MergeDialog } from './MergeDialog';
import { DUPLICATES, pairQuery, queueQuery, useDismiss } from './query';
import type { Pair, PairState } from './types';
import { useDuplicateWords } from './words';

const STATES: PairState[] = ['open', 'dismissed'];

/** Pairs of clients that may be one person, the surest first: merge them, or say that they are two. */
export function DuplicatesPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useDuplicateWords();
  const { search, go } = useListSearch();
  const state: PairState = search.state === 'dismissed' ? 'dismissed' : 'open';
  const query = useInfiniteQuery(queueQuery(state));
  const offerUndo = useUndoOffer();
  const dismiss = useDismiss();
  const [merging, setMerging] = useState(false);
  const listed = query.data?.pages.flatMap((p) => p.data) ?? [];
  // a link may lead to one that stands further down than what is loaded
  const linked = useQuery({
    ...pairQuery(search.pair ?? ''),
    enabled: query.isSuccess && Boolean(search.pair) && !listed.some((p) => p.id === search.pair),
  }).data;
  const rows =
    linked && linked.state === state && !listed.some((p) => p.id === linked.id)
      ? [linked, ...listed]
      : listed;
  const at = Math.max(
    0,
    rows.findIndex((p) => p.id === search.pair),
  );
  const pair = rows[at];
  const choose = (next: Pair | undefined) => go({ ...search, pair: next?.id });
  /** The next one comes by itself when this one is out of the queue. */
  const leave = () => choose(rows[at + 1] ?? rows[at - 1]);

  const drop = () => {
    if (!pair || state !== 'open' || dismiss.isPending) return;
    leave();
    dismiss.mutate(pair, {
      onSuccess: ({ undo_id }) =>
        offerUndo({
          message: t('duplicates.dismissed', { a: pair.a.name, b: pair.b.name }),
          undoId: undo_id,
          refresh: [DUPLICATES],
        }),
    });
  };
  const latest = useRef({ drop, merge: () => {} });
  latest.current = { drop, merge: () => pair && setMerging(true) };
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!shortcutAllowed(e) || e.repeat) return;
      const on = e.target as HTMLElement | null;
      // a button or a link that has the focus is pressed by Enter; a line of the list is no more than chosen by it
      if (e.key === 'Enter' && !on?.closest('button:not([aria-current]), a, summary')) latest.current.merge();
      else if (e.key.toLowerCase() === 'x') latest.current.drop();
      else return;
      e.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  if (hasCode(query.error, 'field_masked'))
    return <EmptyState icon={<IconLock size={20} stroke={1.6} />} title={words.problem(query.error)} />;
  return (
    <>
      <Queue
        label={t('duplicates.title')}
        query={query}
        rows={rows}
        total={query.data?.pages[0]?.total ?? 0}
        at={at}
        idOf={(p) => p.id}
        onChoose={choose}
        bar={
          <Select
            size="xs"
            className={q.pick}
            aria-label={t('duplicates.which')}
            allowDeselect={false}
            value={state}
            data={STATES.map((value) => ({ value, label: t(`duplicates.state.${value}`) }))}
            onChange={(v) => go({ state: v === 'dismissed' ? v : undefined })}
          />
        }
        keys={
          <>
            <Kbd>J</Kbd> <Kbd>K</Kbd> {t('duplicates.keys.move')} <Kbd>Enter</Kbd> {t('duplicates.merge')}{' '}
            <Kbd>X</Kbd> {t('duplicates.dismiss')}
          </>
        }
        empty={
          <EmptyState
            icon={<IconChecks size={20} stroke={1.6} />}
            title={t(`duplicates.none.${state}`)}
            text={state === 'open' ? t('duplicates.none.text') : undefined}
          />
        }
        row={(p) => (
          <>
            <span className={q.rowName}>
              <bdi>{p.a.name}</bdi>
            </span>
            <span className={`${q.rowName} ${c.second}`}>
              <bdi>{p.b.name}</bdi>
            </span>
            <span className={c.rowFoot}>
              <StatusPill label={words.likeness(p.score)} hue={words.hue(p.score)} />
              <span className={q.rowMeta}>{words.reasons(p.reasons)}</span>
            </span>
          </>
        )}
      >
        {pair && (
          <section className={c.desk} aria-label={t('duplicates.pair', { a: pair.a.name, b: pair.b.name })}>
            <header className={c.deskHead}>
              <div className={c.why}>
                <StatusPill label={words.likeness(pair.score)} hue={words.hue(pair.score)} />
                <span className="num">{f.percent(pair.score)}</span>
                <span>{words.reasons(pair.reasons)}</span>
                <span className="dim">
                  {t('duplicates.found')} <RelativeTime at={pair.found_at} />
                </span>
              </div>
              <div className={c.actions}>
                {state === 'open' && (
                  <Button
                    variant="default"
                    leftSection={<IconUsersMinus size={15} aria-hidden />}
                    rightSection={<Kbd>X</Kbd>}
                    onClick={drop}
                  >
                    {t('duplicates.dismiss')}
                  </Button>
                )}
                <Button
                  leftSection={<IconArrowMerge size={15} aria-hidden />}
                  rightSection={<Kbd>Enter</Kbd>}
                  onClick={() => setMerging(true)}
                >
                  {t('duplicates.merge')}
                </Button>
              </div>
            </header>
            <Comparison pair={pair} />
          </section>
        )}
      </Queue>
      {merging && pair && (
        <MergeDialog a={pair.a} b={pair.b} onClose={() => setMerging(false)} onMerged={leave} />
      )}
    </>
  );
}
