import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useFormat } from '@/app/ui';
import type { Drill } from './links';
import { scaleOf } from './numbers';
import c from './reports.module.css';
import { useSize } from './useSize';

export type Column = {
  key: string;
  /** Under the chart, and in full where it is read out. */
  label: string;
  title: string;
  values: number[];
  drill?: Drill;
};
type Props = {
  columns: Column[];
  series: { key: string; label: string }[];
  /** `stack`: one on the other; `beside`: side by side; `within`: the second inside of the first. */
  mode: 'stack' | 'beside' | 'within';
  whole?: boolean;
  label: string;
  say: (value: number) => string;
  tick: (value: number) => string;
};

const BOTTOM = 24;
const TOP = 10;

/**
 * Standing bars, oldest where reading begins. One stop for the Tab key: arrows go from bar to bar, Enter opens the
 * records of a bar.
 */
export function Columns({ columns, series, mode, whole = false, label, say, tick }: Props) {
  const f = useFormat();
  const [box, { width, height }] = useSize<HTMLDivElement>();
  const svg = useRef<SVGSVGElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const [stop, setStop] = useState(0);
  const rtl = f.locale === 'ar';
  const total = (col: Column) =>
    mode === 'stack' ? col.values.reduce((a, b) => a + b, 0) : Math.max(0, ...col.values);
  const scale = scaleOf(Math.max(0, ...columns.map(total)), whole);
  const top = scale.at(-1) ?? 1;
  const left = 8 + Math.max(...scale.map((n) => tick(n).replace(/[\u2066\u2069]/g, '').length)) * 7;
  const inner = Math.max(10, width - left);
  const step = inner / Math.max(1, columns.length);
  const bar = Math.min(30, step * 0.68);
  const x = (px: number, w: number) => (rtl ? width - left - px - w : left + px);
  const y = (v: number) => TOP + (height - BOTTOM - TOP) * (1 - v / top);
  const every = Math.max(1, Math.ceil(54 / step));
  const current = Math.min(stop, columns.length - 1);

  const onKey = (e: KeyboardEvent) => {
    const way = rtl ? -1 : 1;
    const by = { ArrowRight: way, ArrowLeft: -way, Home: -columns.length, End: columns.length }[e.key];
    if (by === undefined) return;
    e.preventDefault();
    const next = Math.min(columns.length - 1, Math.max(0, current + by));
    setStop(next);
    svg.current?.querySelectorAll<SVGElement>('[data-column]')[next]?.focus();
  };
  const bars = (col: Column, i: number) => {
    let sum = 0;
    return col.values.map((v, n) => {
      const key = series[n]?.key ?? String(n);
      const from = mode === 'stack' ? sum : 0;
      sum += v;
      const tall = Math.max(v > 0 ? 1.5 : 0, y(from) - y(from + v));
      const w = mode === 'beside' ? Math.max(1.5, bar / series.length - 1) : bar;
      const px = i * step + (step - bar) / 2 + (mode === 'beside' ? n * (bar / series.length) : 0);
      return (
        <rect
          key={key}
          className={c.series}
          data-series={key}
          x={x(px, w)}
          y={y(from) - tall}
          width={w}
          height={tall}
          rx={Math.min(2, w / 3)}
        />
      );
    });
  };
  const told = (col: Column) =>
    `${col.title}: ${series.map((s, n) => `${s.label} ${say(col.values[n] ?? 0)}`).join(', ')}`;
  const shown = at === null ? undefined : columns[at];
  return (
    <div className={c.chart} data-chart data-fill onPointerLeave={() => setAt(null)}>
      {series.length > 1 && (
        <p className={c.legend} data-legend aria-hidden>
          {series.map((s) => (
            <span key={s.key}>
              <i data-series={s.key} />
              {s.label}
            </span>
          ))}
        </p>
      )}
      {/* as high as its card lets it be: a chart beside a longer one ends where that does */}
      <div ref={box} className={c.plot}>
        {width > 0 && (
          <svg
            ref={svg}
            width={width}
            height={height}
            direction="ltr"
            role="group"
            aria-label={label}
            className={c.svg}
            onKeyDown={onKey}
          >
            {scale.map((n) => (
              <g key={n} aria-hidden>
                <line
                  className={c.line}
                  x1={rtl ? 0 : left}
                  x2={rtl ? width - left : width}
                  y1={y(n)}
                  y2={y(n)}
                />
                <text
                  className={c.tick}
                  x={rtl ? width - left + 6 : left - 6}
                  y={y(n) + 4}
                  textAnchor={rtl ? 'start' : 'end'}
                >
                  {tick(n)}
                </text>
              </g>
            ))}
            {columns.map((col, i) => {
              const body = (
                <>
                  <rect
                    className={c.hit}
                    x={x(i * step, step)}
                    y={TOP - 4}
                    width={step}
                    height={height - BOTTOM - TOP + 4}
                    rx={4}
                  />
                  {bars(col, i)}
                </>
              );
              const props = {
                'data-column': '',
                className: c.mark,
                tabIndex: i === current ? 0 : -1,
                'aria-label': told(col),
                onPointerEnter: () => setAt(i),
                onFocus: () => {
                  setAt(i);
                  setStop(i);
                },
                onBlur: () => setAt(null),
              };
              return col.drill ? (
                <Link key={col.key} to={col.drill.to as never} search={col.drill.search as never} {...props}>
                  {body}
                </Link>
              ) : (
                // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a part of a picture, with a label of its own
                <g key={col.key} role="img" {...props}>
                  {body}
                </g>
              );
            })}
            {columns.map((col, i) =>
              i % every === 0 ? (
                <text
                  key={col.key}
                  aria-hidden
                  className={c.tick}
                  x={x(i * step, step) + step / 2}
                  y={height - 6}
                  textAnchor="middle"
                >
                  {col.label}
                </text>
              ) : null,
            )}
          </svg>
        )}
      </div>
      {shown && at !== null && (
        <div
          className={c.tip}
          aria-hidden
          data-end={at > columns.length / 2 || undefined}
          style={{ insetInlineStart: left + (at + 0.5) * step }}
        >
          <span className="dim">{shown.title}</span>
          {series.map((s, n) => (
            <span key={s.key} className={c.tipLine}>
              <i data-series={s.key} />
              {s.label}
              <b>{say(shown.values[n] ?? 0)}</b>
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
