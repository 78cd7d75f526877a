import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import type { Hue } from '@/components';
import c from './dashboard.module.css';
import { type Slice, topOf } from './figures';

const MAX = 6;
type Props = {
  title: string;
  items: Slice[];
  /** The list and the filter that each bar opens; none for people who may not see the list. */
  to: string | null;
  filter: string;
  search: Record<string, string>;
  total: number;
  hue?: (key: string) => Hue;
};

/** Bars with their numbers; each leads to the list of exactly those records. */
export function BarList({ title, items, to, filter, search, total, hue }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const [all, setAll] = useState(false);
  const { shown, rest } = topOf(items, all ? items.length : MAX);
  const max = shown[0]?.count ?? 1;
  return (
    <section className={c.panel}>
      <div className={c.panelHead}>
        <h3>{title}</h3>
      </div>
      <ul className={c.bars}>
        {shown.map((s) => {
          const body = (
            <>
              <span className={c.barText}>
                <span className={c.barLabel}>{s.label}</span>
                <span className={c.barCount}>
                  {f.int(s.count)}
                  <span className={c.barShare}>{f.percent(total ? s.count / total : 0)}</span>
                </span>
              </span>
              <span className={c.track} aria-hidden>
                <span
                  className={c.fill}
                  data-hue={s.key === 'none' ? undefined : hue?.(s.key)}
                  data-none={s.key === 'none' || undefined}
                  style={{ width: `${Math.max(1.5, (s.count / max) * 100)}%` }}
                />
              </span>
            </>
          );
          return (
            <li key={s.key}>
              {to ? (
                <Link to={to} search={{ ...search, [filter]: s.key } as never} className={c.bar}>
                  {body}
                </Link>
              ) : (
                <div className={c.bar}>{body}</div>
              )}
            </li>
          );
        })}
      </ul>
      {!shown.length && <p className={c.none}>{t('dashboard.nothing')}</p>}
      {(rest > 0 || all) && (
        <button type="button" className={c.more} aria-expanded={all} onClick={() => setAll((v) => !v)}>
          {all ? t('dashboard.fewer') : t('dashboard.more', { count: rest })}
        </button>
      )}
    </section>
  );
}
