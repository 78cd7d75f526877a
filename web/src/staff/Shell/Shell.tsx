import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLayoutSidebar } from '@tabler/icons-react';
import { Outlet, useMatches, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUi } from '@/app/ui';
import { useCan, useSession } from '@/session/session';
import { NoAccess } from '../fallbacks';
import { LiveProvider } from '../live';
import { ACCOUNT_NAV, MAIN_NAV, SETTINGS_NAV } from '../nav';
import { useRecentVisits } from '../Palette/recent';
import { useShortcuts } from '../shortcuts';
import { createActions } from './createActions';
import { LiveDot } from './LiveDot';
import c from './Shell.module.css';
import { ShortcutSheet } from './ShortcutSheet';
import { Sidebar } from './Sidebar';
import { TopActions } from './TopActions';

const PasswordDialog = lazy(async () => ({ default: (await import('./PasswordDialog')).PasswordDialog }));
const JobsMenu = lazy(async () => ({ default: (await import('./JobsMenu')).JobsMenu }));
const Bell = lazy(async () => ({ default: (await import('@/features/notifications/Bell')).Bell }));
const Palette = lazy(async () => ({ default: (await import('../Palette/Palette')).Palette }));
const STORE = 'brokerdesk.sidebar';

/** A narrow window gives the room to the work, unless this person opened the sidebar there before. */
const startCollapsed = () => {
  const stored = localStorage.getItem(STORE);
  return stored ? stored === 'collapsed' : window.innerWidth < 1000;
};

export function Shell() {
  return (
    <LiveProvider>
      <Frame />
    </LiveProvider>
  );
}

function Frame() {
  const { t } = useTranslation();
  const { branding } = useUi();
  const can = useCan();
  const navigate = useNavigate();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const { state } = useSession();
  useRecentVisits(state.phase === 'ready' ? state.me.user.id : undefined);
  const [collapsed, setCollapsed] = useState(startCollapsed);
  const [palette, setPalette] = useState(0);
  const [sheet, setSheet] = useState(false);
  const [password, setPassword] = useState(false);

  const section = [...MAIN_NAV, ...SETTINGS_NAV, ACCOUNT_NAV].find((i) => path.startsWith(i.to));
  const title = section ? t(`staff.nav.${section.key}`) : branding.name;
  useEffect(() => {
    document.title = section ? `${title} · ${branding.name}` : branding.name;
  }, [section, title, branding.name]);

  const toggleSidebar = useCallback(
    () =>
      setCollapsed((v) => {
        localStorage.setItem(STORE, v ? 'open' : 'collapsed');
        return !v;
      }),
    [],
  );
  const openPalette = useCallback(() => setPalette((n) => n + 1), []);
  const openSheet = useCallback(() => setSheet(true), []);
  const creates = createActions(can);
  const create = creates.find((a) => path.startsWith(a.to)) ?? creates[0];
  const startCreate = useCallback(() => {
    if (create) void navigate({ to: create.to, search: { new: '1' } as never });
  }, [create, navigate]);
  useShortcuts({ can, toggleSidebar, openPalette, openSheet, create: startCreate });

  const matches = useMatches();
  return (
    <div className={c.shell} data-collapsed={collapsed || undefined}>
      <a href="#main" className={c.skip}>
        {t('staff.skip')}
      </a>
      <Sidebar
        collapsed={collapsed}
        onSearch={openPalette}
        onPassword={() => setPassword(true)}
        onShortcuts={openSheet}
      />
      <div className={c.body}>
        <header className={c.top}>
          <Tooltip label={t('staff.toggleSidebar')}>
            <ActionIcon
              aria-label={t('staff.toggleSidebar')}
              aria-expanded={!collapsed}
              onClick={toggleSidebar}
            >
              <IconLayoutSidebar size={17} className="flip" />
            </ActionIcon>
          </Tooltip>
          <h1 className={c.crumb}>{title}</h1>
          <span className={c.grow} />
          <Suspense fallback={null}>
            <JobsMenu />
          </Suspense>
          <Suspense fallback={null}>
            <Bell />
          </Suspense>
          <LiveDot />
          <TopActions create={create} onCreate={startCreate} />
        </header>
        <main id="main" className={c.main} tabIndex={-1} data-route={matches.at(-1)?.routeId}>
          {section?.needs.length && !section.needs.some(can) ? (
            <NoAccess />
          ) : (
            <Suspense fallback={null}>
              <Outlet />
            </Suspense>
          )}
        </main>
      </div>
      {palette > 0 && (
        <Suspense fallback={null}>
          <Palette signal={palette} onShortcuts={openSheet} />
        </Suspense>
      )}
      <ShortcutSheet opened={sheet} onClose={() => setSheet(false)} />
      {password && (
        <Suspense fallback={null}>
          <PasswordDialog opened onClose={() => setPassword(false)} />
        </Suspense>
      )}
    </div>
  );
}
