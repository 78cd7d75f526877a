import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { Undone } from '@/api/types';
import { useFormat } from '@/app/ui';
import { toast } from '@/components/toast';

/** Takes a change of many records back, and says what became of each. */
export function useTakeBack() {
  const { t } = useTranslation();
  const f = useFormat();
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: (undo_id: string): Promise<Undone> => api.post('/undo/{undo_id}', { path: { undo_id } }),
    onSuccess: ({ restored, skipped, job_id }) => {
      if (job_id) toast.done(t('data.undoBegun'));
      else if (skipped)
        toast.done(
          t('data.undonePartly', { count: skipped, restored: f.int(restored ?? 0), skipped: f.int(skipped) }),
        );
      else toast.done(t('data.undone'));
    },
    onError: (error) => toast.failure(error),
    onSettled: () => {
      for (const key of [
        'clients',
        'leads',
        'contacts',
        'deals',
        'opportunities',
        'dashboard',
        'overview',
        'jobs',
        'audit',
      ])
        void qc.invalidateQueries({ queryKey: [key] });
    },
  });
}
