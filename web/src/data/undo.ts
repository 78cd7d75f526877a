import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import { toast } from '@/components/toast';

type Offer = {
  message: string;
  /** Absent where the server cannot take the change back. */
  undoId: string | null | undefined;
  /** What has to be read again when the change is taken back. */
  refresh: readonly QueryKey[];
  onUndone?: () => void;
};
/** Only the newest change is offered: the ones before it may rest on each other. */
let offered: string | null = null;
/** Longer than after a click in a list: a change of the whole company deserves a second look. */
const UNDO_FOR = 12_000;

/** Says what was saved and offers the way back, as long as nobody has changed it since. */
export function useUndoOffer() {
  const { t } = useTranslation();
  const qc = useQueryClient();
  return useCallback(
    ({ message, undoId, refresh, onUndone }: Offer) => {
      if (offered) toast.hide(offered);
      offered = null;
      if (!undoId) return toast.done(message);
      const undo = async () => {
        try {
          await api.post('/undo/{undo_id}', { path: { undo_id: undoId } });
          toast.done(t('data.undone'));
          onUndone?.();
        } catch (error) {
          toast.failure(error);
        }
        for (const queryKey of refresh) void qc.invalidateQueries({ queryKey });
      };
      offered = toast.undo(message, () => void undo(), { ms: UNDO_FOR, aside: true });
    },
    [t, qc],
  );
}
