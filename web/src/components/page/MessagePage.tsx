import type { ReactNode } from 'react';
import c from './MessagePage.module.css';

/** A page that says one thing: what happened and what to do next. */
export function MessagePage({
  icon,
  tone = 'plain',
  title,
  text,
  actions,
  children,
}: {
  icon: ReactNode;
  tone?: 'plain' | 'brand' | 'pos' | 'warn';
  title: string;
  text?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={c.page}>
      <div className={c.card}>
        <span className={c.icon} data-tone={tone} aria-hidden>
          {icon}
        </span>
        <h1 className={c.title}>{title}</h1>
        {text && <p className={c.text}>{text}</p>}
        {children}
        {actions && <div className={c.actions}>{actions}</div>}
      </div>
    </div>
  );
}
