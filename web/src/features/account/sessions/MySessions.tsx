import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { ConfirmDialog, toast } from '@/components';
import c from '../account.module.css';
import { mySessionsQuery, useEndMySession, useEndOtherSessions } from '../query';
import { SessionList } from './SessionList';

export function MySessions() {
  const { t } = useTranslation();
  const f = useFormat();
  const query = useQuery(mySessionsQuery);
  const end = useEndMySession();
  const endOthers = useEndOtherSessions();
  const [asking, setAsking] = useState(false);
  const others = query.data?.data.some((s) => !s.current) ?? false;
  return (
    <>
      <SessionList
        query={query}
        ending={end.isPending ? end.variables : undefined}
        onEnd={(s) =>
          end.mutate(s.id, { onSuccess: () => toast.done(t('account.sessions.ended', { device: s.device })) })
        }
      />
      {others && (
        <div className={c.buttons}>
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('account.sessions.endOthers')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('account.sessions.endOthersTitle')}
        text={t('account.sessions.endOthersText')}
        confirm={t('account.sessions.endOthers')}
        danger
        busy={endOthers.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          endOthers.mutate(undefined, {
            onSuccess: ({ ended }) =>
              toast.done(t('account.sessions.endedMany', { count: ended, n: f.int(ended) })),
            onSettled: () => setAsking(false),
          })
        }
      />
    </>
  );
}
