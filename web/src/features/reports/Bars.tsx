import { Link } from '@tanstack/react-router';
import { useFormat } from '@/app/ui';
import type { Hue } from '@/components';
import type { Drill } from './links';
import c from './reports.module.css';
import { useSize } from './useSize';

export type BarRow = {
  key: string;
  label: string;
  hue?: Hue;
  /** How long the bar is, and what it is compared with: a mark on its track. */
  value: number;
  before?: { value: number; text: string };
  /** What stands at the end of the line: the number, and something about it. */
  text: string;
  note?: string;
  drill?: Drill;
};

const ROW = 46;
/** How far down in its line a bar is, and how thick. */
const BAR = { y: 26, height: 6 };
const MARK = { width: 2, height: 14 };

type Props = {
  rows: BarRow[];
  label: string;
  /** What the marks on the tracks are. */
  before?: string;
};

/** Lying bars with their numbers, from where reading begins; each leads to its records. */
export function Bars({ rows, label, before }: Props) {
  const f = useFormat();
  const [box, { width }] = useSize<HTMLDivElement>();
  const rtl = f.locale === 'ar';
  const max = Math.max(...rows.map((r) => Math.max(r.value, r.before?.value ?? 0)), 0) || 1;
  const start = rtl ? width : 0;
  const end = rtl ? 0 : width;
  const [atStart, atEnd] = rtl ? (['end', 'start'] as const) : (['start', 'end'] as const);
  const marked = (value: number) => Math.min(width - MARK.width, Math.max(0, (value / max) * width - 1));
  const span = (value: number) => Math.max(value > 0 ? 3 : 0, (value / max) * width);
  const shortened = (text: string, room: number) => {
    const most = Math.max(6, Math.floor(room / 7));
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  };
  return (
    <div ref={box} className={c.chart} data-chart>
      {before && (
        <p className={c.legend} data-legend aria-hidden>
          <span>
            <i data-before />
            {before}
          </span>
        </p>
      )}
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
            // a picture runs from left to right: what is said in it keeps the order of its own language
            const note = r.note && (
              <tspan className={c.rowNote}>{rtl ? `\u2067${r.note}\u2069  ` : `  ${r.note}`}</tspan>
            );
            const body = (
              <>
                {r.before && <title>{`${r.label}: ${numbers} (${before}: ${r.before.text})`}</title>}
                <rect className={c.hit} x={0} y={y + 1} width={width} height={ROW - 4} rx={6} />
                <text className={c.rowLabel} x={start} y={y + 17} textAnchor={atStart}>
                  {shortened(r.label, width - numbers.length * 6.6 - 20)}
                </text>
                <text className={c.rowText} x={end} y={y + 17} textAnchor={atEnd}>
                  {rtl && note}
                  {r.text}
                  {!rtl && note}
                </text>
                <rect className={c.track} x={0} y={y + BAR.y} width={width} height={BAR.height} rx={3} />
                <rect
                  className={c.bar}
                  data-hue={r.hue}
                  x={rtl ? width - span(r.value) : 0}
                  y={y + BAR.y}
                  width={span(r.value)}
                  height={BAR.height}
                  rx={3}
                />
                {r.before && r.before.value > 0 && (
                  <rect
                    className={c.before}
                    x={rtl ? width - MARK.width - marked(r.before.value) : marked(r.before.value)}
                    y={y + BAR.y - (MARK.height - BAR.height) / 2}
                    width={MARK.width}
                    height={MARK.height}
                    rx={1}
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
