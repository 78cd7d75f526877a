import { IconCheck, IconRepeat } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activity } from '../types';
import type { Clock } from '../useClock';
import { TYPE_HUES } from '../words';
import c from './calendar.module.css';
import { drag, type Moves } from './useMoves';

type Props = {
  activity: Activity;
  clock: Clock;
  moves: Moves;
  kind: 'days' | 'hours';
  movable: boolean;
  onOpen: (a: Activity) => void;
  className?: string;
  style?: CSSProperties;
};

/** One activity in the calendar. A date that a series will come to looks lighter and stays where it is. */
export function EventButton({ activity: a, clock, moves, kind, movable, onOpen, className, style }: Props) {
  const { t } = useTranslation();
  const free = movable && !a.virtual && a.status !== 'completed' && a.status !== 'cancelled';
  const time = a.due_at && !a.all_day ? clock.time(a.due_at) : null;
  return (
    <button
      type="button"
      className={`${c.event} ${className ?? ''}`}
      style={style}
      data-hue={TYPE_HUES[a.type] ?? 'grey'}
      data-event={a.virtual ? undefined : a.id}
      data-virtual={a.virtual || undefined}
      data-status={a.status}
      draggable={free}
      aria-describedby={free ? 'calendar-keys' : undefined}
      title={[a.subject, time, a.virtual ? t('activities.calendar.virtual') : null]
        .filter(Boolean)
        .join(' · ')}
      onClick={(e) => {
        e.stopPropagation();
        onOpen(a);
      }}
      onKeyDown={free ? moves.onKey(kind, a) : undefined}
      onBlur={moves.onBlur}
      onDragStart={(e) => {
        drag.activity = a;
        drag.grip = e.clientY - e.currentTarget.getBoundingClientRect().top;
        e.dataTransfer.effectAllowed = 'move';
        e.dataTransfer.setData('text/plain', a.subject);
      }}
      onDragEnd={() => {
        drag.activity = null;
      }}
    >
      {time && <span className={c.time}>{time}</span>}
      <span className={c.what}>
        <bdi>{a.subject}</bdi>
      </span>
      {a.status === 'completed' && <IconCheck size={12} aria-hidden />}
      {(a.virtual || a.repeat) && <IconRepeat size={12} aria-hidden />}
      {a.virtual && <span className="sr-only">{t('activities.calendar.virtual')}</span>}
    </button>
  );
}
