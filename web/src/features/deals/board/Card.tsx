import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { attachClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge/attach-closest-edge';
import { extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge/extract-closest-edge';
import { IconAlertTriangle, IconCalendar, IconClock } from '@tabler/icons-react';
import { type CSSProperties, memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { Avatar } from '@/components';
import { isPast, standing } from '../values';
import c from './board.module.css';
import { dragged, isDragged, useBoard } from './context';

type Props = { deal: Deal; index: number; count: number; top: number; height: number };
type Edge = 'top' | 'bottom' | null;

/** One deal on the board: a link to its page that can be dragged, and carried by keyboard. */
export const Card = memo(function Card({ deal, index, count, top, height }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const board = useBoard();
  const item = useRef<HTMLLIElement>(null);
  const card = useRef<HTMLAnchorElement>(null);
  const [edge, setEdge] = useState<Edge>(null);
  const [dragging, setDragging] = useState(false);
  const latest = useRef({ deal, index, board });
  latest.current = { deal, index, board };
  const { id, stage } = deal;
  const { editable } = board;

  useEffect(() => {
    const element = card.current;
    const target = item.current;
    if (!element || !target || !editable) return;
    return combine(
      draggable({
        element,
        getInitialData: () => dragged(latest.current.deal),
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
      dropTargetForElements({
        element: target,
        canDrop: ({ source }) =>
          isDragged(source.data) &&
          source.data.deal.id !== id &&
          latest.current.board.takes(source.data.deal, stage),
        getData: ({ input }) =>
          attachClosestEdge({ id }, { element: target, input, allowedEdges: ['top', 'bottom'] }),
        onDrag: ({ self }) => setEdge(extractClosestEdge(self.data) as Edge),
        onDragLeave: () => setEdge(null),
        onDrop: ({ self, source }) => {
          setEdge(null);
          if (!isDragged(source.data)) return;
          const { index: at, board: now } = latest.current;
          const below = extractClosestEdge(self.data) === 'bottom' ? 1 : 0;
          now.drop(source.data.deal.id, { stage, index: at + below });
        },
      }),
    );
  }, [id, stage, editable]);

  const late = deal.outcome === 'none' && deal.expected_close_date ? isPast(deal.expected_close_date) : false;
  // a client who is one person is often their own contact
  const who = [...new Set([deal.client_name, deal.contact_name])].filter(Boolean).join(' · ');
  const lifted = board.lifted === id;
  return (
    <li
      ref={item}
      className={c.item}
      aria-setsize={count}
      aria-posinset={index + 1}
      data-edge={edge ?? undefined}
      style={{ transform: `translateY(${top}px)`, height } as CSSProperties}
    >
      <a
        ref={card}
        href={`/${board.kind}/${id}`}
        className={c.card}
        data-card={id}
        data-stage={stage}
        data-lifted={lifted || undefined}
        data-dragging={dragging || undefined}
        tabIndex={board.active === id || index === 0 ? 0 : -1}
        aria-describedby={editable ? 'board-help' : undefined}
        aria-keyshortcuts={editable ? 'Space M' : undefined}
        draggable={editable}
        onClick={(e) => {
          if (e.metaKey || e.ctrlKey || e.shiftKey) return;
          e.preventDefault();
          board.open(deal);
        }}
      >
        <span className={c.name} dir="auto">
          {deal.name}
        </span>
        <span className={c.who} dir="auto">
          {who || t('deals.nobody')}
        </span>
        <span className={c.row}>
          <b className={c.amount} dir="ltr">
            {deal.amount ? f.money(deal.amount, deal.currency) : '—'}
          </b>
          <span className={c.grow} />
          {deal.expected_close_date && (
            <span
              className={c.date}
              data-late={late || undefined}
              title={t('deals.field.expected_close_date')}
            >
              {late ? <IconAlertTriangle size={12} aria-hidden /> : <IconCalendar size={12} aria-hidden />}
              <span className="sr-only">
                {t(late ? 'deals.overdueSince' : 'deals.field.expected_close_date')}{' '}
              </span>
              {f.shortDay(deal.expected_close_date)}
            </span>
          )}
        </span>
        <span className={c.row}>
          <span className={c.since}>
            <IconClock size={12} aria-hidden />
            <span className="sr-only">{t('deals.inStage')} </span>
            {f.lasting(standing(deal.stage_since))}
          </span>
          <span className={c.grow} />
          {deal.assigned_to_name && (
            <span title={deal.assigned_to_name} className={c.owner}>
              <span className="sr-only">
                {t('deals.field.assigned_to_name')} {deal.assigned_to_name}
              </span>
              <Avatar name={deal.assigned_to_name} size={20} />
            </span>
          )}
        </span>
      </a>
    </li>
  );
});
