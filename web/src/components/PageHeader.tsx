import type { ReactNode } from 'react';
import c from './ui.module.css';

/** Title row of a panel or page section; `children` are its actions. */
export function PageHeader({
  title,
  sub,
  level = 2,
  children,
}: {
  title: ReactNode;
  sub?: ReactNode;
  level?: 1 | 2;
  children?: ReactNode;
}) {
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <div className={c.header}>
      <div>
        <Heading className={c.title}>{title}</Heading>
        {sub && <p className={c.sub}>{sub}</p>}
      </div>
      <span className={c.grow} />
      {children}
    </div>
  );
}
