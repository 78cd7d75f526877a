import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '@/components';

/** Asks before unsaved changes are lost: on a link, on "back", on closing the tab. `leave` runs what may go. */
export function useLeaveGuard(
  dirty: boolean,
  text?: string,
): { dialog: ReactNode; leave: (go: () => void) => void } {
  const { t } = useTranslation();
  const allowed = useRef(false);
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && !allowed.current && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty && !allowed.current,
    withResolver: true,
  });
  const leave = useCallback((go: () => void) => {
    allowed.current = true;
    go();
  }, []);
  return {
    leave,
    dialog: (
      <ConfirmDialog
        opened={blocker.status === 'blocked'}
        title={t('roles.leave.title')}
        text={text ?? t('roles.leave.text')}
        confirm={t('roles.leave.confirm')}
        danger
        onClose={() => blocker.reset?.()}
        onConfirm={() => blocker.proceed?.()}
      />
    ),
  };
}
