import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { OUTCOMES, untouched } from '../progress';
import type { Import } from '../types';
import r from './run.module.css';

/** What became of the rows; the parts add up to the whole, and the page says so. */
export function Outcome({ file }: { file: Import }) {
  const { t } = useTranslation();
  const f = useFormat();
  const rest = untouched(file);
  const parts = [
    ...OUTCOMES.map((key) => ({ key: key as string, n: file[key] })),
    ...(rest ? [{ key: 'untouched', n: rest }] : []),
  ];
  return (
    <dl className={r.outcome} data-testid="outcome">
      {parts.map(({ key, n }, i) => (
        <div key={key} data-part={key} data-some={n > 0 || undefined}>
          <dt>
            <i aria-hidden data-hue={key === 'updated' ? 'teal' : undefined} />
            {t(`imports.outcome.${key}`)}
          </dt>
          <dd className="num" data-count={key}>
            {i > 0 && <span className={r.plus}>+</span>}
            {f.int(n)}
          </dd>
        </div>
      ))}
      <div data-part="total">
        <dt>{t('imports.outcome.total')}</dt>
        <dd className="num" data-count="total">
          <span className={r.plus}>=</span>
          {f.int(file.total)}
        </dd>
      </div>
    </dl>
  );
}
