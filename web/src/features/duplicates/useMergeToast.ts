import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/components';
import { split } from './query';
import type { Joined, Merged, MergeKind } from './types';
import { useDuplicateWords } from './words';

/** Says that two became one and offers the way back; the page may be another one by then. */
export function useMergeToast(kind: MergeKind) {
  const { t } = useTranslation();
  const words = useDuplicateWords(kind);
  const qc = useQueryClient();
  return useCallback(
    ({ merge_id, keep, drop }: Merged<Joined>) => {
      const message = t('duplicates.merged', { keep: keep.name, drop: drop.name });
      if (!merge_id) return toast.done(message);
      toast.news(message, t('duplicates.split'), () => {
        split(qc, kind, merge_id).then(
          ({ restored }) => toast.done(words.say('didSplit', { name: restored.name })),
          (error) => toast.failure(error),
        );
      });
    },
    [t, qc, kind, words],
  );
}
