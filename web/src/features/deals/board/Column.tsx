import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { UnstyledButton } from '@mantine/core';
import { IconChevronsLeft } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardColumn } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { hueOrGrey } from '@/components';
import c from './board.module.css';
import { Card } from './Card';
import { isDragged, useBoard } from './context';

const HEIGHT = 118;
const NEAR_END = 15;

type Props = { column: BoardColumn; folded: boolean; onFold: (stage: string) => void };

/** A stage with its cards. Only those in sight are there; the next ones are read when the end comes near. */
export const Column = memo(function Column({ column, folded, onFold }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const board = useBoard();
  const { stage } = column;
  const box = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  const [shut, setShut] = useState(false);
  const latest = useRef(board);
  latest.current = board;

  // biome-ignore lint/correctness/useExhaustiveDependencies: folded, it is another element
  useEffect(() => {
    const element = box.current;
    if (!element || !board.editable) return;
    const scrolls = scroller.current;
    return combine(
      dropTargetForElements({
        element,
        canDrop: ({ source }) => isDragged(source.data) && latest.current.takes(source.data.deal, stage),
        getData: () => ({ stage }),
        onDragEnter: () => setOver(true),
        onDragLeave: () => setOver(false),
        onDrop: ({ source, location }) => {
          setOver(false);
          // a card has taken it already
          if (location.current.dropTargets[0]?.element !== element || !isDragged(source.data)) return;
          latest.current.drop(source.data.deal.id, { stage });
        },
      }),
      monitorForElements({
        canMonitor: ({ source }) => isDragged(source.data),
        onDragStart: ({ source }) =>
          setShut(isDragged(source.data) && !latest.current.takes(source.data.deal, stage)),
        onDrop: () => setShut(false),
      }),
      ...(scrolls ? [autoScrollForElements({ element: scrolls })] : []),
    );
  }, [stage, folded, board.editable]);

  const count = f.int(column.count);
  const sum = f.money(column.sum_base, board.currency, true);
  const weighted = f.money(column.weighted_base, board.currency, true);
  const summary = t('deals.columnSummary', { label: column.label, count: column.count, n: count, sum });
  if (folded)
    return (
      <section
        ref={box}
        className={c.folded}
        data-over={over || undefined}
        data-shut={shut || undefined}
        aria-label={summary}
      >
        <UnstyledButton
          className={c.unfold}
          aria-expanded={false}
          title={t('deals.unfold', { label: column.label })}
          aria-label={t('deals.unfold', { label: column.label })}
          onClick={() => onFold(stage)}
        >
          <i className={c.dot} data-hue={hueOrGrey(column.hue)} aria-hidden />
          <span className={c.foldedCount}>{count}</span>
          <span className={c.foldedLabel}>{column.label}</span>
        </UnstyledButton>
      </section>
    );
  return (
    <section
      ref={box}
      className={c.column}
      data-column={stage}
      data-over={over || undefined}
      data-shut={shut || undefined}
      aria-label={summary}
    >
      <header className={c.head}>
        <div className={c.title}>
          <i className={c.dot} data-hue={hueOrGrey(column.hue)} aria-hidden />
          <h2 dir="auto">{column.label}</h2>
          <span className={c.count}>{count}</span>
          <span className={c.grow} />
          <UnstyledButton
            className={c.fold}
            aria-expanded
            aria-label={t('deals.fold', { label: column.label })}
            title={t('deals.fold', { label: column.label })}
            onClick={() => onFold(stage)}
          >
            <IconChevronsLeft size={14} className="flip" aria-hidden />
          </UnstyledButton>
        </div>
        <p className={c.sums}>
          <span title={t('deals.sum')}>{sum}</span>
          <span className={c.weighted} title={t('deals.weightedHelp')}>
            {t('deals.weightedOf', { sum: weighted, percent: f.percent(column.probability / 100) })}
          </span>
        </p>
      </header>
      <Cards column={column} scroller={scroller} />
    </section>
  );
});

function Cards({
  column,
  scroller,
}: {
  column: BoardColumn;
  scroller: React.RefObject<HTMLDivElement | null>;
}) {
  const { t } = useTranslation();
  const { stage, deals, next_cursor } = column;
  const { more, register } = useBoard();
  const virtual = useVirtualizer({
    count: deals.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    getItemKey: (i) => deals[i]?.id ?? i,
    overscan: 5,
    useFlushSync: false,
  });
  useEffect(() => {
    register(stage, (index) => virtual.scrollToIndex(index, { align: 'auto' }));
    return () => register(stage, null);
  }, [register, stage, virtual]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (next_cursor && last >= deals.length - NEAR_END) more(stage, next_cursor);
  }, [next_cursor, last, deals.length, more, stage]);
  return (
    <div ref={scroller} className={c.scroller}>
      {deals.length ? (
        <ol className={c.cards} style={{ height: virtual.getTotalSize() }}>
          {items.map((it) => {
            const deal = deals[it.index];
            return deal ? (
              <Card
                key={deal.id}
                deal={deal}
                index={it.index}
                count={column.count}
                top={it.start}
                height={HEIGHT}
              />
            ) : null;
          })}
        </ol>
      ) : (
        <p className={c.empty}>{t('deals.emptyColumn')}</p>
      )}
    </div>
  );
}
