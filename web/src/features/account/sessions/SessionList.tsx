import { Button } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile, IconDeviceTablet } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { List, Session } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, Ltr, RelativeTime, SkeletonLines, StatusPill } from '@/components';
import { deviceKind, isUnknown } from './device';
import c from './sessions.module.css';

const ICONS = { phone: IconDeviceMobile, tablet: IconDeviceTablet, desktop: IconDeviceDesktop };

type Props = {
  query: Pick<UseQueryResult<List<Session>>, 'data' | 'error' | 'isLoading' | 'isError' | 'refetch'>;
  /** Absent for those who may only look. */
  onEnd?: (session: Session) => void;
  /** The session that is being ended. */
  ending?: string;
};

/** Where somebody is signed in: device, address, when, and the way to end it. */
export function SessionList({ query, onEnd, ending }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  if (query.isLoading) return <SkeletonLines lines={4} gap={26} />;
  if (query.isError && !query.data)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  const sessions = [...(query.data?.data ?? [])].sort((a, b) => Number(b.current) - Number(a.current));
  if (!sessions.length) return <EmptyState compact title={t('account.sessions.none')} />;
  return (
    <ul className={c.sessions} aria-label={t('account.sessions.title')}>
      {sessions.map((s) => {
        const Icon = ICONS[deviceKind(s.device)];
        return (
          <li key={s.id} className={c.session} data-session={s.id}>
            <span className={c.icon} aria-hidden>
              <Icon size={18} stroke={1.6} />
            </span>
            <div className={c.body}>
              <span className={c.device}>
                <bdi>{isUnknown(s.device) ? t('account.sessions.unknown') : s.device}</bdi>
                {s.current && <StatusPill label={t('account.sessions.current')} hue="green" />}
              </span>
              <span className={c.meta}>
                {s.ip && (
                  <>
                    <Ltr>{s.ip}</Ltr> ·{' '}
                  </>
                )}
                {t('account.sessions.seen')} <RelativeTime at={s.last_seen_at} /> ·{' '}
                {t('account.sessions.since', { day: f.dateTime(s.created_at) })}
              </span>
            </div>
            {onEnd && !s.current && (
              <Button variant="default" size="compact-sm" loading={ending === s.id} onClick={() => onEnd(s)}>
                {t('account.sessions.end')}
                <span className="sr-only"> {s.device}</span>
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
