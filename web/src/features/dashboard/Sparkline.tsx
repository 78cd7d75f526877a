/** Decoration beside a number: the shape of the days, no axes. */
export function Sparkline({
  values,
  width = 84,
  height = 26,
}: {
  values: number[];
  width?: number;
  height?: number;
}) {
  if (values.length < 2) return null;
  const max = Math.max(1, ...values);
  const points = values
    .map(
      (v, i) =>
        `${((i / (values.length - 1)) * width).toFixed(1)},${(height - 2 - (v / max) * (height - 4)).toFixed(1)}`,
    )
    .join(' ');
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden className="flip">
      <polyline
        points={points}
        fill="none"
        stroke="var(--brand-text)"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
    </svg>
  );
}
