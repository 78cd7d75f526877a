import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import type { Tag } from '@/api/types';
import { useFormat } from '@/app/ui';
import { ConfirmDialog, errorText, Notice } from '@/components';
import { useUndoOffer } from '@/data/undo';
import { TOUCHED, useDeleteTag, useTagUse } from './query';

/** Says how many records lose the tag; if that has changed by the time, it is asked again. */
export function TagDeleteDialog({ tag, onClose }: { tag: Tag | null; onClose: () => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const remove = useDeleteTag();
  const offerUndo = useUndoOffer();
  const use = useTagUse(tag?.id ?? null);
  const [failure, setFailure] = useState<unknown>(null);
  const [shown, setShown] = useState(tag);
  useEffect(() => {
    if (!tag) return;
    // stays while the dialog fades out
    setShown(tag);
    setFailure(null);
  }, [tag]);
  const records = use.data?.records ?? 0;
  const confirm = () => {
    if (!tag) return;
    setFailure(null);
    remove.mutate(
      { id: tag.id, confirm: records },
      {
        onError: (error) => {
          setFailure(error);
          void use.refetch();
        },
        onSuccess: ({ updated, undo_id }) => {
          onClose();
          offerUndo({
            message: updated
              ? t('tagging.deletedFrom', { count: updated, n: f.int(updated), name: tag.name })
              : t('tagging.deleted', { name: tag.name }),
            undoId: undo_id,
            refresh: TOUCHED,
          });
        },
      },
    );
  };
  const moved = isApiError(failure) && failure.code === 'tag_in_use';
  return (
    <ConfirmDialog
      opened={tag !== null}
      title={t('tagging.deleteTitle', { name: shown?.name })}
      text={
        use.isPending
          ? t('components.loading')
          : records
            ? t('tagging.inUse', { count: records, n: f.int(records) })
            : t('tagging.notInUse')
      }
      confirm={t('tagging.delete')}
      danger
      busy={remove.isPending}
      disabled={!use.isSuccess}
      onConfirm={confirm}
      onClose={onClose}
    >
      {failure ? (
        <div style={{ marginTop: 12 }}>
          <Notice tone={moved ? 'warn' : 'neg'}>{moved ? t('tagging.moved') : errorText(failure)}</Notice>
        </div>
      ) : null}
    </ConfirmDialog>
  );
}
