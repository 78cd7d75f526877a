import type { ReactNode } from 'react';
import c from './imports.module.css';

/** The bar at the end of a step: what stands, and what comes next. */
export function Footer({ text, children }: { text?: ReactNode; children: ReactNode }) {
  return (
    <div className={c.footer}>
      <p className={c.footText} role="status">
        {text}
      </p>
      {children}
    </div>
  );
}
