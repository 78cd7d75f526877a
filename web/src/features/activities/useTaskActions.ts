import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/components';
import { useDeleteActivity, useRestoreActivity, useStep } from './query';
import type { Activity } from './types';

/** What can be done to an activity from a row, each with its way back. */
export function useTaskActions() {
  const { t } = useTranslation();
  const { mutateAsync: step } = useStep();
  const { mutateAsync: remove } = useDeleteActivity();
  const { mutateAsync: restore } = useRestoreActivity();
  return useMemo(() => {
    const quiet = (p: Promise<unknown>) => void p.catch(() => undefined);
    const reopen = (activity: Activity) => quiet(step({ activity, step: 'reopen' }));
    return {
      complete: (activity: Activity) =>
        quiet(
          step({ activity, step: 'complete' }).then(() =>
            toast.undo(t('activities.completed', { subject: activity.subject }), () => reopen(activity)),
          ),
        ),
      reopen,
      cancel: (activity: Activity) =>
        quiet(
          step({ activity, step: 'cancel' }).then(() =>
            toast.undo(t('activities.cancelled'), () => reopen(activity)),
          ),
        ),
      remove: (activity: Activity) =>
        quiet(
          remove(activity).then(() => toast.undo(t('activities.deleted'), () => quiet(restore(activity)))),
        ),
    };
  }, [t, step, remove, restore]);
}
export type TaskActions = ReturnType<typeof useTaskActions>;
