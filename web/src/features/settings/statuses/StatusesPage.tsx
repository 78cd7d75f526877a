import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Status } from '@/api/types';
import { EmptyState, ErrorState, SkeletonLines } from '@/components';
import { ReorderList } from '@/components/reorder';
import { useListSearch } from '@/data/listSearch';
import { statusesQuery } from '@/data/lookups';
import { useUndoOffer } from '@/data/undo';
import shared from '../settings.module.css';
import { EntityTabs } from './EntityTabs';
import { useOrderStatuses, useUpdateStatus } from './query';
import { StatusDeleteDialog } from './StatusDeleteDialog';
import { StatusDrawer } from './StatusDrawer';
import { StatusRow } from './StatusRow';
import type { StatusEntity } from './types';

export function StatusesPage() {
  const { t } = useTranslation();
  const { search, go } = useListSearch();
  const entity: StatusEntity = search.entity === 'lead' ? 'lead' : 'client';
  const query = useQuery(statusesQuery);
  const order = useOrderStatuses(entity);
  const update = useUpdateStatus(entity);
  const offerUndo = useUndoOffer();
  const [deleting, setDeleting] = useState<Status | null>(null);
  const statuses = [...(query.data?.[entity] ?? [])].sort((a, b) => a.position - b.position);
  const refresh = [statusesQuery.queryKey];
  const reorder = (keys: string[]) =>
    order.mutate(keys, {
      onSuccess: (saved) => offerUndo({ message: t('statuses.ordered'), undoId: saved?.undo_id, refresh }),
    });
  const makeDefault = (s: Status) =>
    update.mutate(
      { key: s.key, patch: { is_default: true } },
      {
        onSuccess: (saved) =>
          offerUndo({
            message: t('statuses.nowDefault', { name: s.label }),
            undoId: saved.undo_id,
            refresh,
          }),
      },
    );
  return (
    <div className={shared.column}>
      <div className={shared.bar}>
        <EntityTabs value={entity} onChange={(next) => go({ entity: next })} />
        <span className={shared.grow} />
        <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => go({ ...search, new: '1' })}>
          {t('statuses.add')}
        </Button>
      </div>
      <div className={shared.page}>
        <div className={shared.narrow}>
          <p className={shared.intro}>{t(`statuses.intro.${entity}`)}</p>
          {query.isPending && <SkeletonLines lines={7} gap={34} />}
          {query.isError && !query.data && (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          )}
          {query.isSuccess && !statuses.length && <EmptyState title={t('statuses.nothing')} />}
          {statuses.length > 0 && (
            <ReorderList
              key={entity}
              label={t(`statuses.of.${entity}`)}
              items={statuses}
              keyOf={(s) => s.key}
              nameOf={(s) => s.label}
              onOrder={reorder}
            >
              {(s) => (
                <StatusRow
                  status={s}
                  onEdit={() => go({ ...search, edit: s.key })}
                  onDefault={() => makeDefault(s)}
                  onDelete={() => setDeleting(s)}
                />
              )}
            </ReorderList>
          )}
        </div>
      </div>
      <StatusDrawer
        entity={entity}
        status={statuses.find((s) => s.key === search.edit)}
        opened={search.new === '1' || statuses.some((s) => s.key === search.edit)}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
      <StatusDeleteDialog
        entity={entity}
        status={deleting}
        others={statuses.filter((s) => s.key !== deleting?.key)}
        onClose={() => setDeleting(null)}
      />
    </div>
  );
}
