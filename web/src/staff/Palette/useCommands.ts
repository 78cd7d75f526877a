import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import {
  type Icon,
  IconChecks,
  IconFileExport,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPlus,
  IconProgress,
  IconSun,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Job, List } from '@/api/types';
import { useUi } from '@/app/ui';
import { canExport, EXPORTABLE, type Exportable } from '@/components/export';
import { useCan, useSession } from '@/session/session';
import { ACCOUNT_NAV, allowedItems, MAIN_NAV, SETTINGS_NAV } from '../nav';
import { createActions } from '../Shell/createActions';
import { isOpen, percentOf } from '../Shell/jobs';

/** Where a list that can be exported is shown. */
const LISTS: Record<Exportable, { to: string; search?: Record<string, string> }> = {
  clients: { to: '/clients' },
  leads: { to: '/leads' },
  contacts: { to: '/contacts' },
  opportunities: { to: '/opportunities', search: { as: 'list' } },
  deals: { to: '/deals', search: { as: 'list' } },
  activities: { to: '/activities', search: { tab: 'all' } },
  users: { to: '/settings/users' },
  audit: { to: '/settings/audit' },
};

export type Command = {
  group: 'go' | 'actions';
  id: string;
  label: string;
  /** Where a page is found. */
  within?: string;
  icon: Icon;
  keys?: string;
  run: () => void;
};

/** Pages and actions, as far as the role opens them. */
export function useCommands(onShortcuts: () => void): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const can = useCan();
  const { locale, changeLocale } = useUi();
  const { signOut, state } = useSession();
  // what the menu of jobs knows; asked for by nobody else
  const { data: jobs } = useQuery<List<Job>>({
    queryKey: ['jobs', 'mine', state.phase === 'ready' ? state.me.user.id : ''],
    enabled: false,
  });
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const settings = new Set(SETTINGS_NAV.map((i) => i.key));
  return [
    ...[...allowedItems([...MAIN_NAV, ...SETTINGS_NAV], can), ACCOUNT_NAV].map<Command>((i) => ({
      group: 'go',
      id: i.to,
      label: t(`staff.nav.${i.key}`),
      within: settings.has(i.key) ? t('staff.nav.settings') : undefined,
      icon: i.icon,
      keys: i.letter ? `G ${i.letter.toUpperCase()}` : undefined,
      run: () => void navigate({ to: i.to }),
    })),
    ...createActions(can).map<Command>((a) => ({
      group: 'actions',
      id: `create.${a.key}`,
      label: t(`staff.create.${a.key}`),
      icon: IconPlus,
      run: () => void navigate({ to: a.to, search: { new: '1' } as never }),
    })),
    ...(can('activities.read')
      ? [
          {
            group: 'actions' as const,
            id: 'tasks.mine',
            label: t('activities.myTasks'),
            icon: IconChecks,
            run: () => void navigate({ to: '/activities' }),
          },
        ]
      : []),
    ...EXPORTABLE.filter((entity) => canExport(can, entity)).map<Command>((entity) => ({
      group: 'actions',
      id: `export.${entity}`,
      label: t(`export.title.${entity}`),
      icon: IconFileExport,
      run: () => {
        // the list on screen keeps its filter
        const list = LISTS[entity];
        const here = window.location.pathname === list.to;
        const search = (old: object) => ({ ...(here ? old : {}), ...list.search, export: '1' });
        void navigate({ to: list.to, search: search as never });
      },
    })),
    ...(jobs?.data ?? [])
      .filter((job) => isOpen(job) && (job.kind === 'exports.run' || job.kind === 'imports.preview'))
      .map<Command>((job) => ({
        group: 'actions',
        id: `job.${job.id}`,
        label: `${t(`bulk.jobs.name.${job.kind.replaceAll('.', '_')}`)} · ${percentOf(job)}%`,
        icon: IconProgress,
        run: () =>
          void navigate({ to: job.subject?.kind === 'import' ? `/imports/${job.subject.id}` : '/exports' }),
      })),
    {
      group: 'actions',
      id: 'scheme',
      label: scheme === 'dark' ? t('staff.useLight') : t('staff.useDark'),
      icon: scheme === 'dark' ? IconSun : IconMoon,
      keys: 'Alt T',
      run: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark'),
    },
    {
      group: 'actions',
      id: 'language',
      label: locale === 'ar' ? t('staff.palette.english') : t('staff.palette.arabic'),
      icon: IconLanguage,
      run: () => void changeLocale(locale === 'ar' ? 'en' : 'ar'),
    },
    {
      group: 'actions',
      id: 'shortcuts',
      label: t('staff.shortcuts.title'),
      icon: IconKeyboard,
      keys: '?',
      run: onShortcuts,
    },
    {
      group: 'actions',
      id: 'signOut',
      label: t('staff.signOut'),
      icon: IconLogout,
      run: () => void signOut(),
    },
  ];
}
