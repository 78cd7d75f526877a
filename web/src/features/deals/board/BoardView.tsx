import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import type { Board, Deal, DealKind } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { ErrorState, Notice } from '@/components';
import { PickMenu } from '@/components/PickMenu';
import { stageOption, usePipelines } from '@/data/pipelines';
import { shortcutsOn } from '@/lib/keys';
import { boardQuery, useMoreCards } from '../query';
import { useStageMove } from '../useStageMove';
import c from './board.module.css';
import { Column } from './Column';
import { BoardContext, type BoardTools } from './context';
import {
  type Arrow,
  beforeOf,
  cardOf,
  mayFollow,
  moveCard,
  type Place,
  placeOf,
  restingPlace,
  samePlace,
  stepFrom,
} from './order';
import { useFolded } from './useFolded';

type Props = {
  kind: DealKind;
  params: Query & { pipeline: string };
  editable: boolean;
  onOpen: (id: string) => void;
  /** Shown instead of empty columns. */
  nothing: ReactNode;
  filtered: boolean;
};
type Lifted = { id: string; at: Place };
type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'preventDefault'>;

/** The stages side by side. Cards go by pointer, by Space and arrows, and by a menu; all of it ends in one move. */
export function BoardView({ kind, params, editable, onOpen, nothing, filtered }: Props) {
  const { t } = useTranslation();
  const query = useQuery(boardQuery(kind, params));
  if (query.isError && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <BoardSkeleton />;
  const empty = !filtered && query.data.columns.every((x) => !x.count);
  return (
    <>
      {query.data.missing_rates.length > 0 && (
        <div className={c.notice}>
          <Notice tone="warn">
            {t('deals.missingRates', { currencies: query.data.missing_rates.join(', ') })}
          </Notice>
        </div>
      )}
      {empty && nothing ? (
        nothing
      ) : (
        <Columns {...{ kind, params, editable, onOpen }} board={query.data} stale={query.isPlaceholderData} />
      )}
    </>
  );
}

type ColumnsProps = Pick<Props, 'kind' | 'params' | 'editable' | 'onOpen'> & { board: Board; stale: boolean };

function Columns({ kind, params, editable, onOpen, board, stale }: ColumnsProps) {
  const { t } = useTranslation();
  const f = useFormat();
  const pipelines = usePipelines();
  const stages = pipelines.stages(board.pipeline);
  const { folded, toggle } = useFolded(board.pipeline);
  const { mutate: readMore } = useMoreCards(kind, params);
  const mover = useStageMove(kind);
  const root = useRef<HTMLDivElement>(null);
  const scrolls = useRef(new Map<string, (index: number) => void>());
  const [lifted, setLifted] = useState<Lifted | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ deal: Deal; anchor: DOMRect } | null>(null);
  const [said, setSaid] = useState('');
  const wanted = useRef<string | null>(null);
  const shown = useMemo(() => (lifted ? moveCard(board, lifted.id, lifted.at) : board), [board, lifted]);
  const open = useMemo(
    () => shown.columns.map((x) => x.stage).filter((stage) => !folded.includes(stage)),
    [shown, folded],
  );
  const labelOf = (stage: string) => board.columns.find((x) => x.stage === stage)?.label ?? stage;

  useEffect(() => (root.current ? autoScrollForElements({ element: root.current }) : undefined), []);

  /** A card that was moved is another element by then: the focus goes along once it is drawn. */
  const focusCard = useCallback((id: string, at: Place) => {
    wanted.current = id;
    setActive(id);
    scrolls.current.get(at.stage)?.(at.index);
    const look = (left: number) => {
      if (wanted.current !== id) return;
      const card = root.current?.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`);
      if (card?.dataset.stage === at.stage) card.focus();
      else if (left) requestAnimationFrame(() => look(left - 1));
    };
    requestAnimationFrame(() => look(12));
  }, []);

  const put = useCallback(
    (id: string, to: Place): boolean => {
      const deal = cardOf(board, id);
      const from = placeOf(board, id);
      if (!deal || !from || samePlace(from, to)) return false;
      return mover.to(deal, to.stage, { before: beforeOf(board, id, to), to }) === 'moved';
    },
    [board, mover.to],
  );
  const takes = useCallback(
    (deal: Deal, stage: string) => deal.outcome !== 'none' || mayFollow(stages, deal.stage, stage),
    [stages],
  );
  const drop = useCallback(
    (id: string, at: Place | { stage: string }) => {
      const column = board.columns.find((x) => x.stage === at.stage);
      const from = placeOf(board, id);
      if (!column || !from) return;
      // a column that it stands in already is no wish to move
      if (!('index' in at)) {
        if (from.stage !== at.stage) put(id, restingPlace(column, id));
        return;
      }
      const above = from.stage === at.stage && from.index < at.index ? 1 : 0;
      put(id, { stage: at.stage, index: at.index - above });
    },
    [board, put],
  );
  const register = useCallback((stage: string, to: ((index: number) => void) | null) => {
    if (to) scrolls.current.set(stage, to);
    else scrolls.current.delete(stage);
  }, []);
  const reading = useRef(new Set<string>());
  const more = useCallback(
    (stage: string, cursor: string) => {
      if (reading.current.has(cursor)) return;
      reading.current.add(cursor);
      readMore({ stage, cursor }, { onSettled: () => reading.current.delete(cursor) });
    },
    [readMore],
  );
  const openDeal = useCallback((deal: Deal) => onOpen(deal.id), [onOpen]);
  const tools = useMemo<BoardTools>(
    () => ({
      kind,
      currency: board.base_currency,
      editable,
      lifted: lifted?.id ?? null,
      active,
      drop,
      takes,
      more,
      open: openDeal,
      register,
    }),
    [kind, board.base_currency, editable, lifted?.id, active, drop, takes, more, openDeal, register],
  );

  const sayPlace = (key: string, name: string, at: Place) => {
    const column = board.columns.find((x) => x.stage === at.stage);
    const total = (column?.count ?? 0) + (lifted && column?.deals.some((d) => d.id === lifted.id) ? 0 : 1);
    setSaid(t(key, { name, stage: labelOf(at.stage), at: f.int(at.index + 1), total: f.int(total) }));
  };
  const putDown = () => {
    if (!lifted) return;
    const name = cardOf(board, lifted.id)?.name ?? '';
    const done = put(lifted.id, lifted.at);
    if (done) setSaid(t('deals.said.dropped', { name, stage: labelOf(lifted.at.stage) }));
    const from = placeOf(board, lifted.id);
    setLifted(null);
    focusCard(lifted.id, done || !from ? lifted.at : from);
  };
  const putBack = () => {
    if (!lifted) return;
    const from = placeOf(board, lifted.id);
    setSaid(t('deals.said.cancelled', { name: cardOf(board, lifted.id)?.name ?? '' }));
    setLifted(null);
    if (from) focusCard(lifted.id, from);
  };
  const act = (e: Key, id: string, card?: HTMLElement) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const deal = cardOf(shown, id);
    const at = placeOf(shown, id);
    if (!deal || !at) return;
    const rtl = document.documentElement.dir === 'rtl';
    const arrow = (
      {
        ArrowUp: 'up',
        ArrowDown: 'down',
        ArrowLeft: rtl ? 'after' : 'before',
        ArrowRight: rtl ? 'before' : 'after',
      } as Record<string, Arrow>
    )[e.key];
    if (arrow) {
      e.preventDefault();
      const next = stepFrom(shown, open, lifted ? id : null, at, arrow);
      if (samePlace(next, at)) return;
      if (lifted) {
        setLifted({ id, at: next });
        sayPlace('deals.said.at', deal.name, next);
        focusCard(id, next);
      } else {
        const there = shown.columns.find((x) => x.stage === next.stage)?.deals[next.index];
        if (there) focusCard(there.id, next);
      }
    } else if (e.key === ' ' && editable) {
      e.preventDefault();
      if (lifted) putDown();
      else {
        setLifted({ id, at });
        sayPlace('deals.said.lifted', deal.name, at);
      }
    } else if (lifted && (e.key === 'Enter' || e.key === 'Tab')) {
      e.preventDefault();
      if (e.key === 'Enter') putDown();
    } else if (lifted && e.key === 'Escape') {
      e.preventDefault();
      putBack();
    } else if (card && !lifted && editable && e.key.toLowerCase() === 'm' && shortcutsOn()) {
      e.preventDefault();
      setMenu({ deal, anchor: card.getBoundingClientRect() });
    }
  };
  const onKey = (e: KeyboardEvent<HTMLDivElement>) => {
    const card = (e.target as HTMLElement).closest<HTMLElement>('[data-card]');
    if (card?.dataset.card) act(e, card.dataset.card, card);
  };
  // between two columns a carried card has no element: the page itself gets the keys
  const latest = useRef(act);
  latest.current = act;
  const carried = lifted?.id;
  useEffect(() => {
    if (!carried) return;
    const onLost = (e: globalThis.KeyboardEvent) => {
      if (e.target === document.body) latest.current(e, carried);
    };
    document.addEventListener('keydown', onLost);
    return () => document.removeEventListener('keydown', onLost);
  }, [carried]);
  return (
    <>
      <div
        ref={root}
        className={c.board}
        role="group"
        aria-label={t('deals.board')}
        aria-busy={stale}
        data-testid="board"
        onKeyDown={onKey}
        onFocus={(e) => {
          const id = (e.target as HTMLElement).closest<HTMLElement>('[data-card]')?.dataset.card;
          if (id) setActive(id);
        }}
        onPointerDown={() => {
          // whoever takes the pointer lets go of what the keyboard carried
          if (lifted) putBack();
        }}
      >
        <BoardContext value={tools}>
          {shown.columns.map((column) => (
            <Column
              key={column.stage}
              column={column}
              folded={folded.includes(column.stage)}
              onFold={toggle}
            />
          ))}
        </BoardContext>
      </div>
      <p id="board-help" hidden>
        {t('deals.boardHelp')}
      </p>
      <p className="sr-only" role="status" aria-live="assertive">
        {said}
      </p>
      {menu && (
        <PickMenu
          anchor={menu.anchor}
          label={t('deals.moveTo')}
          options={stages
            .filter((s) => s.key === menu.deal.stage || takes(menu.deal, s.key))
            .map(stageOption)}
          value={menu.deal.stage}
          onPick={(stage) => {
            if (stage === menu.deal.stage) return;
            const top = { stage, index: 0 };
            if (put(menu.deal.id, top)) {
              setSaid(t('deals.said.dropped', { name: menu.deal.name, stage: labelOf(stage) }));
              focusCard(menu.deal.id, top);
            }
          }}
          onClose={() => setMenu(null)}
        />
      )}
      {mover.asking}
    </>
  );
}

function BoardSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={c.board} role="status" aria-label={t('components.loading')}>
      {[3, 4, 2, 3, 1].map((cards, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change
        <div key={i} className={c.column}>
          <div className={c.head}>
            <span className="skeleton" style={{ width: '45%', height: 12 }} />
          </div>
          <div className={c.waiting}>
            {Array.from({ length: cards }, (_, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they never change
              <span key={n} className="skeleton" style={{ height: 108, borderRadius: 'var(--r-control)' }} />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
