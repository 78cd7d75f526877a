import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import c from '../imports.module.css';
import type { Preview } from '../types';
import k from './check.module.css';

/** What the look through the whole file found. */
export function Counts({ preview: p }: { preview: Preview }) {
  const { t } = useTranslation();
  const f = useFormat();
  const figures = [
    { key: 'total', n: p.total, note: null },
    { key: 'valid', n: p.valid, note: p.total ? f.percent(p.valid / p.total) : null },
    { key: 'invalid', n: p.invalid, note: p.invalid ? t('imports.check.leftOut') : null },
    {
      key: 'duplicates',
      n: p.duplicates,
      note: p.duplicates
        ? t('imports.check.where', {
            file: f.int(p.duplicates_in_file),
            there: f.int(p.duplicates_in_database),
          })
        : null,
    },
  ];
  return (
    <dl className={k.figures} aria-live="polite">
      {figures.map(({ key, n, note }) => (
        <div key={key} data-figure={key} data-some={n > 0 || undefined}>
          <dt>{t(`imports.check.${key}`)}</dt>
          <dd>
            <b className="num">{f.int(n)}</b>
            {note && <span className={c.meta}>{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
