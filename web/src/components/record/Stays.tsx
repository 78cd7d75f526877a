import { IconFlag } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { SkeletonLines } from '../Skeletons';
import { EmptyState, ErrorState } from '../States';
import { type Hue, StatusPill } from '../StatusPill';
import { Person } from '../Values';
import c from './way.module.css';

export type Stay = {
  key: string;
  label: string;
  hue: Hue;
  /** Who brought it there; null for the product itself. */
  by: string | null;
  at: string;
  reason: string | null;
  seconds: number;
  /** Whether it is there still. */
  now: boolean;
};
type Props = {
  query: Pick<UseQueryResult, 'isLoading' | 'isError' | 'error' | 'refetch' | 'data'>;
  stays: Stay[];
  /** Said where there are none. */
  none: string;
  /** How long it has been there, in words around a time. */
  since: (time: string) => string;
};

/** The steps a record went through: who brought it there, why, and how long it stayed. */
export function Stays({ query, stays, none, since }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  if (query.isLoading) return <SkeletonLines lines={6} gap={26} />;
  if (query.isError && !query.data)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  if (!stays.length) return <EmptyState icon={<IconFlag size={20} stroke={1.6} />} title={none} />;
  const longest = Math.max(1, ...stays.map((s) => s.seconds));
  return (
    <ol className={c.history}>
      {stays.map((s) => (
        <li key={s.key} className={c.stay}>
          <StatusPill label={s.label} hue={s.hue} />
          <div className={c.who}>
            <span>
              {s.by ? (
                <Person name={s.by} size={18} />
              ) : (
                <span className="dim">{t('components.system')}</span>
              )}
              <time dateTime={s.at} className="dim num">
                {f.dateTime(s.at)}
              </time>
            </span>
            {s.reason && (
              <p className={c.reason}>
                <bdi>{s.reason}</bdi>
              </p>
            )}
          </div>
          <div className={c.length} data-hue={s.hue}>
            {s.now ? since(f.lasting(s.seconds)) : f.lasting(s.seconds)}
            <span className={c.bar} aria-hidden>
              <i style={{ width: `${(100 * s.seconds) / longest}%` }} />
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}
