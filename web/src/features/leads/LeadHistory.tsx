import { IconFlag } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, Person, SkeletonLines, StatusPill } from '@/components';
import { useStatuses } from '@/data/lookups';
import c from './flow.module.css';
import { leadHistoryQuery } from './query';

/** The statuses a lead went through: who gave it which, why, and how long it stayed there. */
export function LeadHistory({ id }: { id: string }) {
  const { t } = useTranslation();
  const f = useFormat();
  const statuses = useStatuses('lead');
  const query = useQuery(leadHistoryQuery(id));
  if (query.isLoading) return <SkeletonLines lines={6} gap={26} />;
  if (query.isError && !query.data)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  const stays = query.data?.data ?? [];
  if (!stays.length)
    return <EmptyState icon={<IconFlag size={20} stroke={1.6} />} title={t('leads.noSteps')} />;
  const longest = Math.max(1, ...stays.map((s) => s.seconds));
  return (
    <ol className={c.history}>
      {stays.map((s) => (
        <li key={s.id} className={c.stay}>
          <StatusPill label={statuses.label(s.new_status)} hue={statuses.hue(s.new_status)} />
          <div className={c.who}>
            <span>
              {s.changed_by ? (
                <Person name={s.changed_by.name} size={18} />
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
          <div className={c.length} data-hue={statuses.hue(s.new_status)}>
            {s.until ? f.lasting(s.seconds) : t('leads.since', { time: f.lasting(s.seconds) })}
            <span className={c.bar} aria-hidden>
              <i style={{ width: `${(100 * s.seconds) / longest}%` }} />
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}
