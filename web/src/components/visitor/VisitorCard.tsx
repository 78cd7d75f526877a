import type { ReactNode } from 'react';
import c from './visitor.module.css';

type Props = {
  title: string;
  lead: string;
  /** Who sent the visitor here. */
  partner?: { label: string; name: string } | null;
  children: ReactNode;
};

/** The one card of a page for visitors. */
export function VisitorCard({ title, lead, partner, children }: Props) {
  return (
    <div className={c.page}>
      <div className={c.card}>
        <header>
          <h1 className={c.title}>{title}</h1>
          <p className={c.lead}>{lead}</p>
          {partner && (
            <p className={c.partner}>
              {partner.label} <bdi>{partner.name}</bdi>
            </p>
          )}
        </header>
        {children}
      </div>
    </div>
  );
}
