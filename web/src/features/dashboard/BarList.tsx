import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import type { Hue } from '@/components';
import c from './dashboard.module.css';
import { type Slice, topOf } from './figures';

const MAX = 7;
type Props = {
  title: string;
  items: Slice[];
  /** The list filter each bar opens; none for people who may not see the list. */
  filter: string | null;
  hue?: (key: string) => Hue;
};

/** Bars with their numbers; each leads to the list of exactly those records. */
export function BarList({ title, items, filter, hue }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const { shown, rest } = topOf(items, MAX);
  const max = shown[0]?.count ?? 1;
  return (
    <section className={c.panel}>
      <div className={c.panelHead}>
        <h2>{title}</h2>
      </div>
      <ul className={c.bars}>
        {shown.map((s) => {
          const body = (
            <>
              <span className={c.barText}>
                <span className={c.barLabel}>{s.label}</span>
                <span className={c.barCount}>{f.int(s.count)}</span>
              </span>
              <span className={c.track} aria-hidden>
                <span
                  className={c.fill}
                  data-hue={hue?.(s.key)}
                  style={{ width: `${Math.max(1.5, (s.count / max) * 100)}%` }}
                />
              </span>
            </>
          );
          return (
            <li key={s.key || 'none'}>
              {filter && s.key ? (
                <Link to="/clients" search={{ [filter]: s.key } as never} className={c.bar}>
                  {body}
                </Link>
              ) : (
                <div className={c.bar}>{body}</div>
              )}
            </li>
          );
        })}
      </ul>
      {!shown.length && <p className={c.none}>{t('dashboard.empty')}</p>}
      {rest > 0 && <p className={c.none}>{t('dashboard.more', { count: rest })}</p>}
    </section>
  );
}
