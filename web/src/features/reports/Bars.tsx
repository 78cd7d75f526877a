import { Link } from '@tanstack/react-router';
import { useFormat } from '@/app/ui';
import type { Hue } from '@/components';
import type { Drill } from './links';
import c from './reports.module.css';
import { useWidth } from './useWidth';

export type BarRow = {
  key: string;
  label: string;
  hue?: Hue;
  /** How long the bar is, and what it is compared with. */
  value: number;
  before?: number;
  /** What stands at the end of the line: the number, and something about it. */
  text: string;
  note?: string;
  drill?: Drill;
};

const ROW = 46;

/** Lying bars with their numbers, from where reading begins; each leads to its records. */
export function Bars({ rows, label }: { rows: BarRow[]; label: string }) {
  const f = useFormat();
  const [box, width] = useWidth<HTMLDivElement>();
  const rtl = f.locale === 'ar';
  const max = Math.max(...rows.map((r) => Math.max(r.value, r.before ?? 0)), 0) || 1;
  const start = rtl ? width : 0;
  const end = rtl ? 0 : width;
  const [atStart, atEnd] = rtl ? (['end', 'start'] as const) : (['start', 'end'] as const);
  const span = (value: number) => Math.max(value > 0 ? 3 : 0, (value / max) * width);
  const shortened = (text: string, room: number) => {
    const most = Math.max(6, Math.floor(room / 7));
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  };
  return (
    <div ref={box} className={c.chart}>
      {width > 0 && (
        <svg
          width={width}
          height={rows.length * ROW}
          direction="ltr"
          role="group"
          aria-label={label}
          className={c.svg}
        >
          {rows.map((r, i) => {
            const y = i * ROW;
            const numbers = r.note ? `${r.text} · ${r.note}` : r.text;
            const body = (
              <>
                <rect className={c.hit} x={0} y={y + 1} width={width} height={ROW - 4} rx={6} />
                <text className={c.rowLabel} x={start} y={y + 17} textAnchor={atStart}>
                  {shortened(r.label, width - numbers.length * 6.6 - 20)}
                </text>
                <text className={c.rowText} x={end} y={y + 17} textAnchor={atEnd}>
                  {r.text}
                  {r.note && <tspan className={c.rowNote}>{`  ${r.note}`}</tspan>}
                </text>
                <rect className={c.track} x={0} y={y + 26} width={width} height={6} rx={3} />
                <rect
                  className={c.bar}
                  data-hue={r.hue}
                  x={rtl ? width - span(r.value) : 0}
                  y={y + 26}
                  width={span(r.value)}
                  height={6}
                  rx={3}
                />
                {r.before !== undefined && (
                  <rect
                    className={c.before}
                    x={rtl ? width - span(r.before) : 0}
                    y={y + 35}
                    width={span(r.before)}
                    height={3}
                    rx={1.5}
                  />
                )}
              </>
            );
            return r.drill ? (
              <Link key={r.key} to={r.drill.to as never} search={r.drill.search as never} className={c.mark}>
                {body}
              </Link>
            ) : (
              <g key={r.key}>{body}</g>
            );
          })}
        </svg>
      )}
    </div>
  );
}
