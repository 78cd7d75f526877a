import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKey, MadeApiKey } from '@/api/types';
import { ConfirmDialog, EmptyState, ErrorState, SkeletonLines, toast } from '@/components';
import { useListSearch } from '@/data/listSearch';
import s from '../settings.module.css';
import { ApiKeyDrawer } from './ApiKeyDrawer';
import { ApiKeysTable } from './ApiKeysTable';
import c from './apikeys.module.css';
import { Example } from './Example';
import { NewKeyDialog } from './NewKeyDialog';
import { apiKeysQuery, useRevokeApiKey } from './query';

/** Keys for programs: a role, an end, and the moment one was last used. */
export function ApiKeysPage() {
  const { t } = useTranslation();
  const { search, go } = useListSearch();
  const query = useQuery(apiKeysQuery);
  const revoke = useRevokeApiKey();
  const [made, setMade] = useState<MadeApiKey | null>(null);
  const [asking, setAsking] = useState<ApiKey | null>(null);
  const keys = query.data?.data;
  return (
    <section className={s.page} aria-label={t('apikeys.title')} tabIndex={0}>
      {query.isLoading && <SkeletonLines lines={6} gap={28} />}
      {query.isError && !keys && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {keys?.length === 0 && (
        <div className={c.empty}>
          <EmptyState
            icon={<IconKey size={20} stroke={1.6} />}
            title={t('apikeys.nothing')}
            text={t('apikeys.what')}
            action={<Button onClick={() => go({ ...search, new: '1' })}>{t('apikeys.create')}</Button>}
          />
          <Example />
        </div>
      )}
      {keys && keys.length > 0 && (
        <>
          <p className={s.intro}>{t('apikeys.what')}</p>
          <ApiKeysTable keys={keys} onRevoke={setAsking} />
        </>
      )}
      <ApiKeyDrawer
        opened={search.new === '1'}
        onClose={() => go({ ...search, new: undefined })}
        onCreated={(key) => {
          go({ ...search, new: undefined });
          setMade(key);
        }}
      />
      <NewKeyDialog made={made} onClose={() => setMade(null)} />
      <ConfirmDialog
        opened={asking !== null}
        title={t('apikeys.revokeTitle', { name: asking?.name })}
        text={t('apikeys.revokeText')}
        confirm={t('apikeys.revoke')}
        danger
        busy={revoke.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => {
          if (!asking) return;
          revoke.mutate(asking.id, {
            onSuccess: () => toast.done(t('apikeys.revoked', { name: asking.name })),
            onSettled: () => setAsking(null),
          });
        }}
      />
    </section>
  );
}
