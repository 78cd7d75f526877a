import { useMemo } from 'react';
import { encode } from 'uqr';
import c from './twofactor.module.css';

/** Drawn here: the secret in it must not travel to anybody who draws pictures. Dark on white in every scheme. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { data, size } = encode(text, { border: 2 });
    const dots = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : '')));
    return { size, path: dots.join('') };
  }, [text]);
  return (
    <svg
      className={c.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="white" />
      <path d={path} fill="black" />
    </svg>
  );
}
