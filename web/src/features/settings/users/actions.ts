import type { User } from '@/api/types';

export const ACTIONS = [
  'edit',
  'invite',
  'reset',
  'resetTwoFactor',
  'unlock',
  'endSessions',
  'activate',
  'deactivate',
] as const;
export type UserActionKey = (typeof ACTIONS)[number];

export const isLocked = (user: Pick<User, 'locked_until'>, now = Date.now()): boolean =>
  Boolean(user.locked_until && Date.parse(user.locked_until) > now);

/** What makes sense for this account as it is. One's own is looked after on one's own page. */
export function actionsFor(user: User, self: boolean, now = Date.now()): UserActionKey[] {
  if (self) return ['edit'];
  const fits: Record<UserActionKey, boolean> = {
    edit: true,
    invite: user.status === 'invited',
    reset: user.status === 'active',
    resetTwoFactor: user.two_factor && user.status !== 'invited',
    unlock: isLocked(user, now),
    endSessions: (user.sessions ?? 0) > 0,
    activate: user.status === 'inactive',
    deactivate: user.status !== 'inactive',
  };
  return ACTIONS.filter((key) => fits[key]);
}
