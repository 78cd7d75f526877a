import { Menu, Tooltip, UnstyledButton, useComputedColorScheme } from '@mantine/core';
import { IconDots, IconKey, IconKeyboard, IconLogout, IconSearch, IconUserCircle } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUi } from '@/app/ui';
import { Avatar, Kbd } from '@/components';
import { useCan, useMe, useSession } from '@/session/session';
import { onBrand } from '@/theme/branding';
import { allowedItems, MAIN_NAV, type NavItem, SETTINGS_NAV } from '../nav';
import c from './Shell.module.css';

type Props = { collapsed: boolean; onSearch: () => void; onPassword: () => void; onShortcuts: () => void };

export function Sidebar({ collapsed, onSearch, onPassword, onShortcuts }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const settings = allowedItems(SETTINGS_NAV, can);
  return (
    <aside className={c.side}>
      <Brand />
      <UnstyledButton className={c.search} onClick={onSearch}>
        <IconSearch size={15} aria-hidden />
        <span className={c.grow}>{t('staff.search')}</span>
        <Kbd>Ctrl K</Kbd>
      </UnstyledButton>
      <nav className={c.nav} aria-label={t('staff.mainNav')}>
        <Group items={allowedItems(MAIN_NAV, can)} collapsed={collapsed} />
        {settings.length > 0 && (
          <Group items={settings} collapsed={collapsed} label={t('staff.nav.settings')} />
        )}
      </nav>
      <UserMenu onPassword={onPassword} onShortcuts={onShortcuts} />
    </aside>
  );
}

function Brand() {
  const { branding } = useUi();
  const scheme = useComputedColorScheme('light');
  const logo = scheme === 'dark' ? (branding.logo_dark ?? branding.logo_light) : branding.logo_light;
  const image = logo ?? (branding.mark && branding.mark.length > 2 ? branding.mark : null);
  return (
    <div className={c.brand}>
      {image ? (
        <img src={image} alt="" className={c.logo} />
      ) : (
        <span
          className={c.mark}
          style={{ background: branding.primary, color: onBrand(branding.primary) }}
          aria-hidden
        >
          {(branding.mark ?? branding.name).slice(0, 1).toUpperCase()}
        </span>
      )}
      <span className={c.brandName}>{branding.name}</span>
    </div>
  );
}

function Group({ items, label, collapsed }: { items: NavItem[]; label?: string; collapsed: boolean }) {
  const { t } = useTranslation();
  const path = useRouterState({ select: (s) => s.location.pathname });
  return (
    <div className={c.group}>
      {label && <div className={c.label}>{label}</div>}
      {items.map((i) => {
        const active = path === i.to || path.startsWith(`${i.to}/`);
        return (
          <Tooltip key={i.to} label={t(`staff.nav.${i.key}`)} disabled={!collapsed} position="right">
            <Link
              to={i.to}
              className={c.item}
              data-active={active || undefined}
              aria-current={active ? 'page' : undefined}
            >
              <i.icon size={17} stroke={1.7} aria-hidden />
              <span className={c.grow}>{t(`staff.nav.${i.key}`)}</span>
            </Link>
          </Tooltip>
        );
      })}
    </div>
  );
}

function UserMenu({ onPassword, onShortcuts }: Pick<Props, 'onPassword' | 'onShortcuts'>) {
  const { t } = useTranslation();
  const { user } = useMe();
  const { signOut } = useSession();
  const place = [user.role_name, user.team_name].filter(Boolean).join(' · ');
  return (
    <div className={c.foot}>
      <Menu position="top-start" width={216} withinPortal={false} floatingStrategy="fixed">
        <Menu.Target>
          <UnstyledButton className={c.me}>
            <Avatar name={user.name} size={28} />
            <span className={c.grow}>
              <b>{user.name}</b>
              <small title={place}>{place}</small>
            </span>
            <IconDots size={16} className={c.dim} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <bdi>{user.email}</bdi>
          </Menu.Label>
          <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={15} />}>
            {t('staff.nav.account')}
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={15} />} onClick={onPassword}>
            {t('staff.changePassword')}
          </Menu.Item>
          <Menu.Item leftSection={<IconKeyboard size={15} />} onClick={onShortcuts}>
            {t('staff.shortcuts.title')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={15} className="flip" />} onClick={() => void signOut()}>
            {t('staff.signOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
