import { ActionIcon, Loader, Menu, Tooltip } from '@mantine/core';
import { IconBuildingSkyscraper, IconLogout, IconProgressCheck, IconUserCircle } from '@tabler/icons-react';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar, ErrorState } from '@/components';
import { AppLink } from '@/components/page/AppLink';
import { PageTools } from '@/components/page/PageTools';
import { useOpenProvisionings } from '@/features/owner/query';
import { useOwner, useSignOut } from '@/features/owner/session';
import { Logo } from './Logo';
import c from './OwnerShell.module.css';

const NAV = [
  { to: '/owner/tenants', key: 'tenants', icon: IconBuildingSkyscraper },
  { to: '/owner/provisionings', key: 'provisionings', icon: IconProgressCheck, IconUserCircle },
] as const;

/** The owner's console: nothing is asked of the server before the session is known. */
export function OwnerShell() {
  const owner = useOwner();
  const { pathname, searchStr } = useLocation();
  const { t } = useTranslation();
  if (owner.isPending)
    return (
      <div className={c.wait}>
        <Loader size={22} aria-label={t('components.loading')} />
      </div>
    );
  if (owner.isError)
    return (
      <main className={c.wait}>
        <ErrorState error={owner.error} onRetry={() => void owner.refetch()} />
      </main>
    );
  if (!owner.data) return <ToLogin next={pathname + searchStr} />;
  return <Frame user={owner.data.user} />;
}

/** Once per loss of the session: while the sign-in page loads, this one stays mounted and must not ask again. */
function ToLogin({ next }: { next: string }) {
  const navigate = useNavigate();
  const from = useRef(next);
  useEffect(() => {
    void navigate({ to: '/owner/login', search: { next: from.current }, replace: true } as never);
  }, [navigate]);
  return null;
}

function Frame({ user }: { user: { name: string; email: string } }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  const open = useOpenProvisionings();
  const failed = open.data?.failed ?? 0;
  return (
    <div className={c.shell}>
      <a href="#main" className={c.skip}>
        {t('platform.skip')}
      </a>
      <aside className={c.side}>
        <AppLink to="/owner/tenants" className={c.brand}>
          <Logo tag={t('platform.owner')} />
        </AppLink>
        <nav className={c.nav} aria-label={t('platform.nav')}>
          {NAV.map(({ to, key, icon: Icon }) => (
            <AppLink key={to} to={to} className={c.item} activeOptions={{ includeSearch: false }}>
              <Icon size={17} stroke={1.7} aria-hidden />
              <span className={c.grow}>{t(`platform.${key}`)}</span>
              {key === 'provisionings' && failed > 0 && (
                <span className={c.count}>
                  {failed}
                  <span className="sr-only"> {t('platform.failedCount', { count: failed })}</span>
                </span>
              )}
            </AppLink>
          ))}
        </nav>
        <div className={c.foot}>
          <div className={c.me}>
            <Avatar name={user.name} size={28} />
            <span className={c.grow}>
              <b>{user.name}</b>
              <small dir="ltr">{user.email}</small>
            </span>
            <Tooltip label={t('platform.signOut')}>
              <ActionIcon
                aria-label={t('platform.signOut')}
                loading={signOut.isPending}
                onClick={() => signOut.mutate()}
                className={c.out}
              >
                <IconLogout size={16} stroke={1.7} className="flip" />
              </ActionIcon>
            </Tooltip>
          </div>
          <PageTools />
        </div>
        <div className={c.small}>
          <PageTools />
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon size={32} aria-label={t('platform.account')}>
                <IconUserCircle size={18} stroke={1.7} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconLogout size={15} className="flip" />}
                onClick={() => signOut.mutate()}
              >
                {t('platform.signOut')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      </aside>
      <main id="main" className={c.sheet} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
