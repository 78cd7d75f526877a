import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { instantOf } from '@/lib/zone';
import { weekdayNames } from '../repeat';
import { TYPE_HUES } from '../words';
import c from './calendar.module.css';
import { EventButton } from './EventButton';
import { moved } from './grid';
import type { ViewProps } from './TimeView';
import { drag } from './useMoves';

/** More of a day are behind a button that opens the day. */
const FIT = 3;

/** Whole weeks, a row each. */
export function MonthView(props: ViewProps) {
  const { days, day, placed, clock, zone, moves, movable, onOpen, onDay, onAdd } = props;
  const { t } = useTranslation();
  const [over, setOver] = useState<string | null>(null);
  const today = clock.today();
  const weeks = Array.from({ length: days.length / 7 }, (_, i) => days.slice(i * 7, i * 7 + 7));
  return (
    <table className={c.month} aria-label={clock.month(day)}>
      <thead>
        <tr>
          {weekdayNames(clock.locale, clock.weekStart).map((d) => (
            <th key={d.key} scope="col">
              {d.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((d) => {
              const list = placed.get(d) ?? [];
              const shown = list.length > FIT + 1 ? list.slice(0, FIT) : list;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the C key and the button at the top add by keyboard
                <td
                  key={d}
                  data-day={d}
                  data-over={over === d || undefined}
                  data-other={d.slice(0, 7) !== day.slice(0, 7) || undefined}
                  data-today={d === today || undefined}
                  onClick={() => onAdd(instantOf(d, 9 * 60, zone).toISOString())}
                  onDragOver={(e) => {
                    if (!drag.activity) return;
                    e.preventDefault();
                    if (over !== d) setOver(d);
                  }}
                  onDragLeave={() => setOver((x) => (x === d ? null : x))}
                  onDrop={(e) => {
                    e.preventDefault();
                    setOver(null);
                    if (drag.activity) moves.move(drag.activity, moved(drag.activity, zone, { day: d }));
                    drag.activity = null;
                  }}
                >
                  <button
                    type="button"
                    className={c.dayNumber}
                    aria-label={[
                      clock.day(d),
                      list.length ? t('activities.calendar.count', { count: list.length }) : '',
                    ]
                      .filter(Boolean)
                      .join(', ')}
                    aria-current={d === today ? 'date' : undefined}
                    onClick={(e) => {
                      e.stopPropagation();
                      onDay(d);
                    }}
                  >
                    {Number(d.slice(8))}
                  </button>
                  <span className={c.dots} aria-hidden>
                    {list.slice(0, 4).map((p) => (
                      <i key={p.key} data-hue={TYPE_HUES[p.activity.type] ?? 'grey'} />
                    ))}
                  </span>
                  {list.length > 0 && (
                    <ul className={c.events}>
                      {shown.map((p) => (
                        <li key={p.activity.virtual ? p.key : p.activity.id}>
                          <EventButton
                            activity={p.activity}
                            kind="days"
                            {...{ clock, moves, movable, onOpen }}
                          />
                        </li>
                      ))}
                      {list.length > shown.length && (
                        <li>
                          <button
                            type="button"
                            className={c.more}
                            onClick={(e) => {
                              e.stopPropagation();
                              onDay(d);
                            }}
                          >
                            {t('activities.calendar.more', { count: list.length - shown.length })}
                          </button>
                        </li>
                      )}
                    </ul>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
