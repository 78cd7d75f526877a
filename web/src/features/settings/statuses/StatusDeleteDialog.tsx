import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import type { Status } from '@/api/types';
import { useFormat } from '@/app/ui';
import { ConfirmDialog, errorText, Notice } from '@/components';
import { statusesQuery } from '@/data/lookups';
import { useUndoOffer } from '@/data/undo';
import { useDeleteStatus, useStatusUse } from './query';
import type { StatusEntity } from './types';

type Props = { entity: StatusEntity; status: Status | null; others: Status[]; onClose: () => void };

/** Records never stand without a status: those that have this one get another in the same step. */
export function StatusDeleteDialog({ entity, status, others, onClose }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const remove = useDeleteStatus(entity);
  const offerUndo = useUndoOffer();
  const use = useStatusUse(entity, status?.key ?? null);
  const [to, setTo] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [shown, setShown] = useState(status);
  useEffect(() => {
    if (!status) return;
    // stays while the dialog fades out
    setShown(status);
    setTo(null);
    setFailure(null);
  }, [status]);

  const inUse = isApiError(failure) && failure.code === 'status_in_use';
  const count = use.data ?? 0;
  const needsTo = count > 0 || inUse;
  const confirm = () => {
    if (!status) return;
    setFailure(null);
    remove.mutate(
      { key: status.key, to },
      {
        onError: setFailure,
        onSuccess: ({ moved, undo_id }) => {
          onClose();
          offerUndo({
            message: moved
              ? t('statuses.deletedMoved', { count: moved, n: f.int(moved), name: status.label })
              : t('statuses.deleted', { name: status.label }),
            undoId: undo_id,
            refresh: [statusesQuery.queryKey, [`${entity}s`]],
          });
        },
      },
    );
  };
  return (
    <ConfirmDialog
      opened={status !== null}
      title={t('statuses.deleteTitle', { name: shown?.label })}
      text={
        use.isLoading
          ? t('components.loading')
          : count > 0
            ? t(`statuses.inUse.${entity}`, { count, n: f.int(count) })
            : t('statuses.notInUse')
      }
      confirm={t('statuses.delete')}
      danger
      busy={remove.isPending}
      disabled={needsTo && !to}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Select
        mt="md"
        label={t('statuses.replaceWith')}
        placeholder={t('statuses.choose')}
        data={others.map((s) => ({ value: s.key, label: s.label }))}
        value={to}
        onChange={setTo}
        clearable={!needsTo}
        data-autofocus
      />
      {failure && !inUse ? (
        <div style={{ marginTop: 12 }}>
          <Notice tone="neg">{errorText(failure)}</Notice>
        </div>
      ) : null}
    </ConfirmDialog>
  );
}
