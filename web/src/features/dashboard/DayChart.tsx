import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useFormat } from '@/app/ui';
import c from './dashboard.module.css';
import { type Bucket, scaleOf } from './figures';

type Props = {
  bars: Bucket[];
  /** Says what a bar counts: "12 new clients". */
  say: (count: number) => string;
  label: string;
  /** The list that a bar opens; none for people who may not see it. */
  to: string | null;
  search: Record<string, string>;
};

/** How many dates stand under the chart. */
const DATES = 6;

/**
 * Bars, oldest first in the direction of reading. One stop for the Tab key: arrows move from bar to bar, Enter
 * opens the records of a bar.
 */
export function DayChart({ bars, say, label, to, search }: Props) {
  const f = useFormat();
  const row = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const [stop, setStop] = useState(bars.length - 1);
  const scale = scaleOf(Math.max(0, ...bars.map((b) => b.count)));
  const top = scale.at(-1) ?? 1;
  const current = Math.min(stop, bars.length - 1);
  const dates = (b: Bucket) => (b.from === b.to ? f.date(b.from) : `${f.date(b.from)} – ${f.date(b.to)}`);
  const shown = at === null ? undefined : bars[at];
  const step = Math.max(1, Math.ceil(bars.length / DATES));

  const move = (e: KeyboardEvent) => {
    const rtl = f.locale === 'ar' ? -1 : 1;
    const by = { ArrowRight: rtl, ArrowLeft: -rtl, Home: -bars.length, End: bars.length }[e.key];
    if (by === undefined) return;
    e.preventDefault();
    const next = Math.min(bars.length - 1, Math.max(0, current + by));
    setStop(next);
    row.current?.querySelectorAll<HTMLElement>('[data-bar]')[next]?.focus();
  };
  return (
    <div className={c.plot}>
      <div className={c.scale} aria-hidden>
        {[...scale].reverse().map((n) => (
          <span key={n}>{f.int(n)}</span>
        ))}
      </div>
      <div className={c.area} onPointerLeave={() => setAt(null)}>
        <div className={c.lines} aria-hidden>
          {scale.map((n) => (
            <span key={n} />
          ))}
        </div>
        <div ref={row} className={c.columns} role="group" aria-label={label} onKeyDown={move}>
          {bars.map((b, i) => {
            const props = {
              'data-bar': '',
              className: c.column,
              tabIndex: i === current ? 0 : -1,
              'aria-label': `${dates(b)}: ${say(b.count)}`,
              onPointerEnter: () => setAt(i),
              onFocus: () => {
                setAt(i);
                setStop(i);
              },
              onBlur: () => setAt(null),
            };
            const height = `${b.count ? Math.max(1, (b.count / top) * 100) : 0}%`;
            return to ? (
              <Link
                key={b.from}
                to={to}
                search={{ ...search, created: `${b.from}..${b.to}` } as never}
                {...props}
              >
                <i style={{ height }} />
              </Link>
            ) : (
              <span key={b.from} role="img" {...props}>
                <i style={{ height }} />
              </span>
            );
          })}
        </div>
        {shown && at !== null && (
          <div
            className={c.tip}
            aria-hidden
            data-end={at > bars.length / 2 || undefined}
            style={{ insetInlineStart: `${((at + 0.5) / bars.length) * 100}%` }}
          >
            <span className="dim">{dates(shown)}</span>
            <b>{say(shown.count)}</b>
          </div>
        )}
        <div className={c.dates} aria-hidden>
          {bars.map((b, i) =>
            (bars.length - 1 - i) % step === 0 ? (
              <span key={b.from} style={{ insetInlineStart: `${((i + 0.5) / bars.length) * 100}%` }}>
                {f.shortDay(b.to)}
              </span>
            ) : null,
          )}
        </div>
      </div>
    </div>
  );
}
