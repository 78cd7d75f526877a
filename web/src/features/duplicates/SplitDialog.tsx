import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MergeOfClient } from '@/api/types';
import { ConfirmDialog, Notice, SkeletonLines, toast } from '@/components';
import c from './duplicates.module.css';
import { split, splitPreviewQuery } from './query';
import type { MergeKind } from './types';
import { useDuplicateWords } from './words';

type Props = { kind: MergeKind; merge: MergeOfClient; onClose: () => void };

/** What would happen stands there before it does. */
export function SplitDialog({ kind, merge, onClose }: Props) {
  const { t } = useTranslation();
  const qc = useQueryClient();
  const words = useDuplicateWords(kind);
  const preview = useQuery(splitPreviewQuery(kind, merge.id));
  const go = useMutation({
    meta: { silent: true },
    mutationFn: () => split(qc, kind, merge.id),
    onSuccess: ({ restored }) => {
      toast.done(words.say('didSplit', { name: restored.name }));
      onClose();
    },
  });
  const failure = go.error ?? preview.error;
  const { returned = [], left = [] } = preview.data ?? {};
  const moved = preview.data && words.moved(preview.data.moved);
  const names = (fields: readonly string[]) => fields.map(words.field).join(', ');
  return (
    <ConfirmDialog
      opened
      title={t('duplicates.splitTitle', { name: merge.drop_name })}
      text={words.say('splitText', { drop: merge.drop_name, keep: merge.keep_name })}
      confirm={t('duplicates.split')}
      busy={go.isPending}
      disabled={!preview.data}
      onClose={onClose}
      onConfirm={() => go.mutate()}
    >
      {preview.isPending && <SkeletonLines lines={3} gap={16} />}
      {preview.data && (
        <ul className={c.effects}>
          <li>{t('duplicates.comesBack', { name: preview.data.restored.name })}</li>
          {returned.length > 0 && (
            <li>{t('duplicates.returns', { name: preview.data.kept.name, fields: names(returned) })}</li>
          )}
          {left.length > 0 && (
            <li>
              {t('duplicates.stays', {
                name: preview.data.kept.name,
                fields: names(left.map((x) => x.field)),
              })}
            </li>
          )}
          {moved && <li>{t('duplicates.goesBack', { what: moved, name: preview.data.restored.name })}</li>}
        </ul>
      )}
      {failure && (
        <div className={c.problem}>
          <Notice tone="neg">{words.problem(failure)}</Notice>
        </div>
      )}
    </ConfirmDialog>
  );
}
