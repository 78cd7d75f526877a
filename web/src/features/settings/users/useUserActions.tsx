import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '@/api/types';
import { useFormat } from '@/app/ui';
import { ConfirmDialog, type RowAction, toast } from '@/components';
import { useCan, useMe } from '@/session/session';
import { actionsFor, type UserActionKey } from './actions';
import { DeactivateDialog } from './DeactivateDialog';
import {
  useEndUserSessions,
  useInviteAgain,
  useResetPassword,
  useResetTwoFactor,
  useUnlock,
  useUpdateUser,
} from './query';

const UserMayDialog = lazy(async () => ({
  default: (await import('@/components/explain/UserMayDialog')).UserMayDialog,
}));

const CONFIRMED = ['reset', 'resetTwoFactor', 'endSessions'] as const;
type Confirmed = (typeof CONFIRMED)[number];
type Asking = { user: User; what: Confirmed | 'deactivate' } | null;
const isConfirmed = (key: UserActionKey): key is Confirmed => CONFIRMED.includes(key as Confirmed);

/** The same actions in the list's rows and on the user's page, with the questions that belong to them. */
export function useUserActions(edit: (user: User) => void): {
  actionsOf: (user: User) => RowAction[];
  dialogs: ReactNode;
} {
  const { t } = useTranslation();
  const f = useFormat();
  const me = useMe().user.id;
  const [asking, setAsking] = useState<Asking>(null);
  const [explaining, setExplaining] = useState<User | null>(null);
  const explains = useCan()('access.explain');
  const update = useUpdateUser();
  const invite = useInviteAgain();
  const unlock = useUnlock();
  const reset = useResetPassword();
  const resetTwoFactor = useResetTwoFactor();
  const endSessions = useEndUserSessions();
  // the functions keep their identity, the objects around them do not
  const { mutate: change } = update;
  const { mutate: send } = invite;
  const { mutate: open } = unlock;

  const run = useCallback(
    (user: User, key: UserActionKey) => {
      if (isConfirmed(key) || key === 'deactivate') setAsking({ user, what: key });
      else if (key === 'edit') edit(user);
      else if (key === 'activate') change({ id: user.id, patch: { status: 'active' } });
      else if (key === 'unlock')
        open(user.id, { onSuccess: () => toast.done(t('users.unlocked', { name: user.name })) });
      else
        send(user.id, {
          onSuccess: () => toast.done(t('settings.users.invited', { email: user.email })),
        });
    },
    [edit, change, open, send, t],
  );
  const actionsOf = useCallback(
    (user: User): RowAction[] => [
      ...actionsFor(user, user.id === me).map((key) => ({
        key,
        label: t(`users.action.${key}`),
        run: () => run(user, key),
      })),
      ...(explains ? [{ key: 'explain', label: t('explain.userMay'), run: () => setExplaining(user) }] : []),
    ],
    [t, me, run, explains],
  );

  const confirm = () => {
    if (!asking) return;
    const { user, what } = asking;
    const onSettled = () => setAsking(null);
    if (what === 'reset')
      reset.mutate(user.id, {
        onSuccess: () => toast.done(t('settings.users.resetSent', { email: user.email })),
        onSettled,
      });
    else if (what === 'resetTwoFactor')
      resetTwoFactor.mutate(user.id, {
        onSuccess: () => toast.done(t('users.twoFactorReset', { name: user.name })),
        onSettled,
      });
    else
      endSessions.mutate(user.id, {
        onSuccess: ({ ended }) =>
          toast.done(t('account.sessions.endedMany', { count: ended, n: f.int(ended) })),
        onSettled,
      });
  };
  const values = useMemo(() => ({ name: asking?.user.name, email: asking?.user.email }), [asking]);
  const what = asking?.what;
  return {
    actionsOf,
    dialogs: (
      <>
        {explaining && (
          <Suspense fallback={null}>
            <UserMayDialog user={explaining} onClose={() => setExplaining(null)} />
          </Suspense>
        )}
        <DeactivateDialog
          user={what === 'deactivate' ? (asking?.user ?? null) : null}
          onClose={() => setAsking(null)}
        />
        <ConfirmDialog
          opened={what !== undefined && what !== 'deactivate'}
          title={t(`users.confirm.${what ?? 'reset'}.title`, values)}
          text={t(`users.confirm.${what ?? 'reset'}.text`, values)}
          confirm={t(`users.action.${what ?? 'reset'}`)}
          danger={what !== 'reset'}
          busy={reset.isPending || resetTwoFactor.isPending || endSessions.isPending}
          onClose={() => setAsking(null)}
          onConfirm={confirm}
        />
      </>
    ),
  };
}
