import { Button } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import { useFormat } from '@/app/ui';
import { ConfirmDialog, CopyButton, ErrorState, Notice, SkeletonLines, toast } from '@/components';
import c from './account.module.css';

const feedQuery = queryOptions({
  queryKey: ['calendar-feed'],
  queryFn: ({ signal }) => api.get('/calendar-feed', { signal }),
});

/** The secret address of one's own calendar: shown once, replaced or switched off after a question. */
export function CalendarFeed() {
  const { t } = useTranslation();
  const f = useFormat();
  const qc = useQueryClient();
  const query = useQuery(feedQuery);
  const [asking, setAsking] = useState<'renew' | 'revoke' | null>(null);
  const again = () => void qc.invalidateQueries({ queryKey: feedQuery.queryKey });
  const make = useMutation({
    mutationFn: () => api.post('/calendar-feed', { body: undefined }),
    onSettled: () => {
      setAsking(null);
      again();
    },
  });
  const revoke = useMutation({
    mutationFn: () => api.delete('/calendar-feed'),
    onSuccess: () => {
      make.reset();
      toast.done(t('activities.feed.revoked'));
    },
    onSettled: () => {
      setAsking(null);
      again();
    },
  });
  if (query.isLoading) return <SkeletonLines lines={3} />;
  if (query.isError && !query.data)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  const feed = query.data;
  return (
    <>
      <p className={c.text}>{t('activities.feed.text')}</p>
      {feed?.exists && (
        <p className="dim">
          {feed.created_at && t('activities.feed.created', { when: f.dateTime(feed.created_at) })}
          {' · '}
          {feed.last_used_at
            ? t('activities.feed.used', { when: f.ago(feed.last_used_at) })
            : t('activities.feed.never')}
        </p>
      )}
      {make.data && (
        <Notice tone="pos">
          <p>{t('activities.feed.once')}</p>
          <div className={c.secret}>
            <input
              readOnly
              dir="ltr"
              aria-label={t('activities.feed.address')}
              value={make.data.url}
              onFocus={(e) => e.currentTarget.select()}
            />
            <CopyButton value={make.data.url} label={t('activities.feed.copy')} />
          </div>
        </Notice>
      )}
      <div className={c.buttons}>
        {feed?.exists ? (
          <>
            <Button variant="default" onClick={() => setAsking('renew')}>
              {t('activities.feed.renew')}
            </Button>
            <Button variant="default" onClick={() => setAsking('revoke')}>
              {t('activities.feed.revoke')}
            </Button>
          </>
        ) : (
          <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
            {t('activities.feed.make')}
          </Button>
        )}
      </div>
      <ConfirmDialog
        opened={asking !== null}
        title={t(asking === 'revoke' ? 'activities.feed.revokeTitle' : 'activities.feed.renewTitle')}
        text={t(asking === 'revoke' ? 'activities.feed.revokeText' : 'activities.feed.renewText')}
        confirm={t(asking === 'revoke' ? 'activities.feed.revoke' : 'activities.feed.renew')}
        danger={asking === 'revoke'}
        busy={make.isPending || revoke.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => (asking === 'revoke' ? revoke.mutate() : make.mutate())}
      />
    </>
  );
}
