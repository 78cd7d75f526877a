import { Button, Menu } from '@mantine/core';
import { IconLock, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { User } from '@/api/types';
import { useFormat, useUi } from '@/app/ui';
import { EmptyState, ErrorState, Notice } from '@/components';
import { useTitle } from '@/components/page/useTitle';
import { MoreMenu, RecordLayout, RecordSkeleton } from '@/components/record';
import { useListSearch } from '@/data/listSearch';
import { useCan, useMe } from '@/session/session';
import { isLocked } from './actions';
import { useLeads } from './leads';
import { TwoFactorState, UserStatus } from './pills';
import { userQuery } from './query';
import { UserActivity } from './UserActivity';
import { UserDrawer } from './UserDrawer';
import { UserFacts } from './UserFacts';
import { UserSessions } from './UserSessions';
import c from './users.module.css';
import { useUserActions } from './useUserActions';

export function UserPage() {
  const { userId = '' } = useParams({ strict: false }) as { userId?: string };
  const query = useQuery(userQuery(userId));
  if (query.data) return <Loaded user={query.data} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <RecordSkeleton />;
}

function Loaded({ user }: { user: User }) {
  const { t } = useTranslation();
  const f = useFormat();
  const { branding } = useUi();
  const can = useCan();
  const me = useMe();
  const { search, go } = useListSearch();
  const manage = can('users.manage');
  const { actionsOf, dialogs } = useUserActions(() => go({ ...search, edit: '1' }));
  useTitle(user.name, branding.name);

  const actions = manage ? actionsOf(user) : [];
  const edit = actions.find((a) => a.key === 'edit');
  const unlock = actions.find((a) => a.key === 'unlock');
  const more = actions.filter((a) => a !== edit);
  const endAll = actions.find((a) => a.key === 'endSessions');
  const leads = useLeads(user);
  const tabs = [
    ...(manage
      ? [
          {
            key: 'sessions',
            label: t('users.tab.sessions'),
            content: <UserSessions user={user} onEndAll={endAll?.run} />,
          },
        ]
      : []),
    ...(manage || can('audit.read')
      ? [{ key: 'activity', label: t('users.tab.activity'), content: <UserActivity user={user} /> }]
      : []),
    // a mail to whoever leads this person links here
    ...(manage || can('audit.read') || leads || search.tab === 'reveals'
      ? [
          {
            key: 'reveals',
            label: t('users.tab.reveals'),
            content: <UserActivity user={user} kind="reveals" />,
          },
        ]
      : []),
  ];
  const nothing = {
    key: 'none',
    label: t('users.tab.none'),
    content: <EmptyState title={t('users.noMore')} />,
  };
  return (
    <>
      <RecordLayout
        back={{ to: '/settings/users', label: t('settings.users.title') }}
        entity="users"
        id={user.id}
        name={user.name}
        pills={
          <>
            <UserStatus user={user} />
            {(user.two_factor || user.two_factor_required) && <TwoFactorState user={user} alone />}
            {user.id === me.user.id && <span className="dim">{t('users.you')}</span>}
          </>
        }
        actions={
          edit && (
            <>
              <Button variant="default" leftSection={<IconPencil size={14} />} onClick={edit.run}>
                {edit.label}
              </Button>
              {more.length > 0 && (
                <MoreMenu name={user.name}>
                  {more.map((a) => (
                    <Menu.Item
                      key={a.key}
                      c={a.key === 'deactivate' ? 'var(--neg)' : undefined}
                      onClick={a.run}
                    >
                      {a.label}
                    </Menu.Item>
                  ))}
                </MoreMenu>
              )}
            </>
          )
        }
        facts={
          <>
            {isLocked(user) && user.locked_until && (
              <div className={c.locked}>
                <Notice tone="warn">
                  {t('users.lockedText', { when: f.dateTime(user.locked_until) })}
                  {unlock && (
                    <Button
                      mt={8}
                      variant="default"
                      leftSection={<IconLock size={14} aria-hidden />}
                      onClick={unlock.run}
                    >
                      {unlock.label}
                    </Button>
                  )}
                </Notice>
              </div>
            )}
            <UserFacts user={user} />
          </>
        }
        tab={search.tab ?? ''}
        onTab={(tab) => go({ ...search, tab })}
        tabs={tabs.length ? tabs : [nothing]}
      />
      <UserDrawer
        user={user}
        opened={manage && search.edit === '1'}
        onClose={() => go({ ...search, edit: undefined })}
      />
      {dialogs}
    </>
  );
}
