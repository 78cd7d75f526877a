import { UnstyledButton } from '@mantine/core';
import { IconAt, IconBell, IconBellOff, IconCalendarDue, IconUserShare } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Trans, useTranslation } from 'react-i18next';
import type { Notification } from '@/api/types';
import { EmptyState, ErrorState, RelativeTime, SkeletonLines } from '@/components';
import c from './notifications.module.css';
import { notificationsQuery, targetOf, useMarkRead } from './query';

const ICONS = { mention: IconAt, reminder: IconCalendarDue, assigned: IconUserShare };

/** The newest notifications; each leads to what it is about and counts as read then. */
export function Panel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useQuery({ ...notificationsQuery, staleTime: 0 });
  const { mutate: mark } = useMarkRead();
  const list = query.data?.data ?? [];
  const go = (n: Notification) => {
    if (!n.read_at) mark([n.id]);
    const target = targetOf(n);
    onClose();
    if (target) void navigate({ to: target.to, search: target.search as never });
  };
  return (
    <>
      <div className={c.head}>
        <h2>{t('notifications.title')}</h2>
        {(query.data?.unread ?? 0) > 0 && (
          <UnstyledButton className={c.all} onClick={() => mark(null)}>
            {t('notifications.readAll')}
          </UnstyledButton>
        )}
      </div>
      {query.isLoading ? (
        <div className={c.wait}>
          <SkeletonLines lines={4} gap={22} />
        </div>
      ) : query.isError && !query.data ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : !list.length ? (
        <EmptyState
          compact
          icon={<IconBellOff size={20} stroke={1.6} />}
          title={t('notifications.nothing')}
          text={t('notifications.nothingText')}
        />
      ) : (
        <ul className={c.list}>
          {list.map((n) => {
            const Glyph = ICONS[n.kind as keyof typeof ICONS] ?? IconBell;
            return (
              <li key={n.id}>
                <button
                  type="button"
                  className={c.one}
                  data-unread={!n.read_at || undefined}
                  data-notification={n.kind}
                  onClick={() => go(n)}
                >
                  <span className={c.glyph} aria-hidden>
                    <Glyph size={15} stroke={1.8} />
                  </span>
                  <span className={c.words}>
                    <span>
                      <Sentence of={n} />
                    </span>
                    <span className={c.time}>
                      <RelativeTime at={n.created_at} />
                    </span>
                  </span>
                  {!n.read_at && (
                    <span className={c.dot}>
                      <span className="sr-only">{t('notifications.isUnread')}</span>
                    </span>
                  )}
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

/** "Anna mentioned you at Maya Lindqvist", as far as both are known. */
function Sentence({ of: n }: { of: Notification }) {
  const { t, i18n } = useTranslation();
  const known = i18n.exists(`notifications.kind.${n.kind}`) ? n.kind : 'other';
  return (
    <Trans
      t={t}
      i18nKey={`notifications.kind.${known}`}
      components={{
        who: (
          <b>
            <bdi>{n.actor_name ?? t('components.system')}</bdi>
          </b>
        ),
        what: (
          <b>
            <bdi>{n.record_name ?? t('notifications.something')}</bdi>
          </b>
        ),
      }}
    />
  );
}
