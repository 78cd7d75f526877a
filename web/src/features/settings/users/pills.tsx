import { useTranslation } from 'react-i18next';
import type { User } from '@/api/types';
import { type Hue, StatusPill } from '@/components';
import { isLocked } from './actions';

export const STATUS_HUES: Record<User['status'], Hue> = {
  active: 'green',
  invited: 'amber',
  inactive: 'grey',
};

/** Locked is what a colleague asks about first: it comes before the account's own state. */
export function UserStatus({ user }: { user: User }) {
  const { t } = useTranslation();
  if (isLocked(user)) return <StatusPill label={t('users.locked')} hue="red" />;
  return (
    <StatusPill label={t(`settings.users.state.${user.status}`)} hue={STATUS_HUES[user.status] ?? 'grey'} />
  );
}

/** On, off, or demanded and still missing. `alone`: nothing beside it says what it is about. */
export function TwoFactorState({ user, alone }: { user: User; alone?: boolean }) {
  const { t } = useTranslation();
  if (user.two_factor)
    return <StatusPill label={t(alone ? 'users.twoFactor.pillOn' : 'users.twoFactor.on')} hue="green" />;
  if (user.two_factor_required)
    return <StatusPill label={t(alone ? 'users.twoFactor.pillDue' : 'users.twoFactor.due')} hue="amber" />;
  return <span className="dim">{t('users.twoFactor.off')}</span>;
}
