import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, Ltr, Masked, RelativeTime } from '@/components';
import { Fact, Facts } from '@/components/record';
import record from '@/components/record/record.module.css';
import { isLocked } from './actions';
import { TwoFactorState, UserStatus } from './pills';

export function UserFacts({ user }: { user: User }) {
  const { t } = useTranslation();
  const f = useFormat();
  const fact = (key: string, value: ReactNode) => (
    <Fact label={t(`users.fact.${key}`)}>
      <span className={record.value}>{value}</span>
    </Fact>
  );
  const locked = isLocked(user);
  return (
    <>
      <Facts title={t('users.section.work')}>
        {fact('role', user.role_name)}
        {fact('team', user.team_name ?? <Dash />)}
        {fact('email', <Masked record={{}} field="email" value={user.email} />)}
        {fact('added', <time dateTime={user.created_at}>{f.date(user.created_at)}</time>)}
      </Facts>
      <Facts title={t('users.section.access')}>
        {fact('status', <UserStatus user={user} />)}
        {locked && user.locked_until && fact('lockedUntil', f.dateTime(user.locked_until))}
        {fact(
          'lastLogin',
          user.last_login_at ? (
            <>
              <RelativeTime at={user.last_login_at} />
              {user.last_login_ip && (
                <>
                  {' · '}
                  <Ltr>{user.last_login_ip}</Ltr>
                </>
              )}
            </>
          ) : (
            <span className="dim">{t('settings.users.never')}</span>
          ),
        )}
        {fact('twoFactor', <TwoFactorState user={user} />)}
        {user.sessions !== undefined && fact('sessions', <span className="num">{f.int(user.sessions)}</span>)}
        {user.must_change_password && fact('password', t('users.mustChange'))}
      </Facts>
    </>
  );
}
