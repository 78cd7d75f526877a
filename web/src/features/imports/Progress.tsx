import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import c from './imports.module.css';
import { type Counts, parts, percent, secondsLeft } from './progress';

type Props = {
  counts: Counts;
  label: string;
  rate: number | null;
  /** The parts show what became of the rows; a look through the file has no parts. */
  plain?: boolean;
  still?: boolean;
};

/** How far, how fast, how long. */
export function Progress({ counts, label, rate, plain, still }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const done = percent(counts);
  const left = secondsLeft(counts, rate);
  const { processed, total } = counts;
  return (
    <div className={c.progress} data-still={still || undefined}>
      <p className={c.progressHead}>
        <b className="num" data-testid="percent">
          {f.percent(done / 100)}
        </b>
        <span className={c.meta} data-testid="rows">
          {total > 0
            ? t('imports.run.rows', { count: total, n: f.int(processed), all: f.int(total) })
            : t('imports.run.begins')}
        </span>
        <span className={c.grow} />
        {!still && rate !== null && rate > 0 && (
          <span className={c.meta} data-testid="rate">
            {t('imports.run.rate', { count: Math.round(rate), n: f.int(Math.round(rate)) })}
          </span>
        )}
        {!still && left !== null && left > 0 && (
          <span className={c.meta} data-testid="left">
            {t('imports.run.left', { time: f.lasting(left) })}
          </span>
        )}
      </p>
      <div
        className={c.track}
        role="progressbar"
        aria-label={label}
        aria-valuenow={done}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        {plain ? (
          <i data-part="created" style={{ inlineSize: `${done}%` }} />
        ) : (
          parts(counts).map((p) => (
            <i
              key={p.key}
              data-part={p.key}
              data-hue={p.key === 'updated' ? 'teal' : undefined}
              style={{ inlineSize: `${p.share * 100}%` }}
            />
          ))
        )}
      </div>
    </div>
  );
}
