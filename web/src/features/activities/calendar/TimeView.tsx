import {
  type CSSProperties,
  type DragEvent,
  type MouseEvent,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { instantOf, wallOf } from '@/lib/zone';
import type { Activity } from '../types';
import type { Clock } from '../useClock';
import c from './calendar.module.css';
import { EventButton } from './EventButton';
import { lanes, moved, type Placed, SNAP, snap } from './grid';
import { drag, type Moves } from './useMoves';

export type ViewProps = {
  days: string[];
  /** The day the calendar is at. */
  day: string;
  placed: Map<string, Placed[]>;
  clock: Clock;
  zone: string;
  moves: Moves;
  movable: boolean;
  onOpen: (a: Activity) => void;
  onDay: (day: string) => void;
  onAdd: (at: string, allDay?: boolean) => void;
};
/** Height of an hour. */
const HOUR = 48;
const FIRST_SEEN = 7.5;
const HOURS = Array.from({ length: 24 }, (_, i) => i);
const px = (minutes: number) => (minutes / 60) * HOUR;

/** Days as columns of hours, with whole days above them and a line for now. */
export function TimeView(props: ViewProps) {
  const { days, placed, clock, zone, moves, movable, onOpen, onDay, onAdd } = props;
  const { t } = useTranslation();
  const [over, setOver] = useState<{ day: string; minutes: number | null } | null>(null);
  const now = useNow();
  const wall = wallOf(now, zone);
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = HOUR * FIRST_SEEN;
  }, []);
  const minutesAt = (e: MouseEvent<HTMLElement>, grip = 0) =>
    ((e.clientY - grip - e.currentTarget.getBoundingClientRect().top) / HOUR) * 60;
  const drop = (e: DragEvent<HTMLElement>, day: string, minutes?: number) => {
    e.preventDefault();
    setOver(null);
    if (drag.activity) moves.move(drag.activity, moved(drag.activity, zone, { day, minutes }));
    drag.activity = null;
  };
  const shared = { clock, moves, movable, onOpen, kind: 'hours' as const };
  const style = { '--days': days.length } as CSSProperties;
  return (
    <div
      className={c.times}
      style={style}
      ref={scroller}
      tabIndex={0}
      role="region"
      aria-label={title(days, clock)}
    >
      <div className={c.heads}>
        <span className={c.corner} />
        {days.map((d) => (
          <div key={d} className={c.head} data-today={d === wall.day || undefined}>
            <button type="button" aria-current={d === wall.day ? 'date' : undefined} onClick={() => onDay(d)}>
              {clock.shortDay(d)}
            </button>
          </div>
        ))}
        <span className={c.corner}>{t('activities.field.all_day')}</span>
        {days.map((d) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop; by keyboard it goes with Alt and the arrows
          <div
            key={d}
            className={c.whole}
            data-day-whole={d}
            data-over={(over?.day === d && over.minutes === null) || undefined}
            onDragOver={(e) => {
              if (!drag.activity) return;
              e.preventDefault();
              setOver({ day: d, minutes: null });
            }}
            onDrop={(e) => drop(e, d)}
          >
            {placed
              .get(d)
              ?.filter((p) => p.activity.all_day)
              .map((p) => (
                <EventButton
                  key={p.activity.virtual ? p.key : p.activity.id}
                  activity={p.activity}
                  {...shared}
                  kind="days"
                />
              ))}
          </div>
        ))}
      </div>
      <div className={c.hours}>
        <div className={c.gutter} aria-hidden>
          {HOURS.map((h) => (
            <span key={h} style={{ height: HOUR }}>
              {h > 0 && clock.time(instantOf(days[0] as string, h * 60, zone))}
            </span>
          ))}
        </div>
        {days.map((d) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the C key and the button at the top add by keyboard
          // biome-ignore lint/a11y/noStaticElementInteractions: as above
          <div
            key={d}
            className={c.column}
            data-day={d}
            onClick={(e) => onAdd(instantOf(d, Math.floor(minutesAt(e) / 30) * 30, zone).toISOString())}
            onDragOver={(e) => {
              if (!drag.activity) return;
              e.preventDefault();
              const minutes = snap(minutesAt(e, drag.grip));
              if (over?.day !== d || over.minutes !== minutes) setOver({ day: d, minutes });
            }}
            onDrop={(e) => drop(e, d, snap(minutesAt(e, drag.grip)))}
          >
            {lanes(placed.get(d)?.filter((p) => !p.activity.all_day) ?? []).map((p) => (
              <EventButton
                key={p.activity.virtual ? p.key : p.activity.id}
                activity={p.activity}
                {...shared}
                className={c.block}
                style={{
                  top: px(p.start),
                  height: Math.max(px(p.end - p.start) - 2, px(SNAP) + 8),
                  insetInlineStart: `${(p.lane / p.of) * 100}%`,
                  width: `calc(${100 / p.of}% - 3px)`,
                }}
              />
            ))}
            {over?.day === d && over.minutes !== null && (
              <span className={c.ghost} style={{ top: px(over.minutes) }} aria-hidden>
                {clock.time(instantOf(d, over.minutes, zone))}
              </span>
            )}
            {d === wall.day && (
              <span className={c.now} style={{ top: px(wall.minutes) }} data-testid="now-line">
                <span className="sr-only">{t('activities.calendar.now')}</span>
              </span>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

const title = (days: readonly string[], clock: Clock): string =>
  days.length === 1
    ? clock.day(days[0] as string)
    : `${clock.shortDay(days[0] as string)} – ${clock.shortDay(days.at(-1) as string)}`;

/** The time, minute by minute. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
