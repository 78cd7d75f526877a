import type { ReactNode } from 'react';
import c from './stats.module.css';

/** What is most asked for about a record, side by side. */
export function Stats({ children }: { children: ReactNode }) {
  return <div className={c.stats}>{children}</div>;
}

export function Stat({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={c.stat}>
      <p className={c.label}>{label}</p>
      <div className={c.value}>{children}</div>
    </div>
  );
}
