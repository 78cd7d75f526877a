import {
  type Icon,
  IconAddressBook,
  IconAdjustments,
  IconAffiliate,
  IconBriefcase,
  IconBulb,
  IconChartBar,
  IconCheckbox,
  IconCircleDot,
  IconClipboardList,
  IconCoins,
  IconDatabaseImport,
  IconFileCertificate,
  IconFileExport,
  IconForms,
  IconGauge,
  IconHelpHexagon,
  IconKey,
  IconLock,
  IconPalette,
  IconPlugConnected,
  IconReportAnalytics,
  IconRoute2,
  IconSettings,
  IconShieldLock,
  IconStack2,
  IconTags,
  IconTargetArrow,
  IconUserCircle,
  IconUserCog,
  IconUserPlus,
  IconUserScan,
  IconUserShare,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import { EXPORTABLE, exportRight } from '@/components/export/query';
import { onlySells } from '@/data/selling';

export type NavItem = {
  to: string;
  key: string;
  icon: Icon;
  /** Shown when any of these is granted. */
  needs: string[];
  /** And one of these as well: rights of the module that it goes with. */
  also?: string[];
  /** The key after G. */
  letter?: string;
};

export const MAIN_NAV: NavItem[] = [
  { to: '/dashboard', key: 'dashboard', icon: IconChartBar, needs: ['dashboard.read'], letter: 'd' },
  {
    to: '/activities',
    key: 'activities',
    icon: IconCheckbox,
    needs: ['activities.read'],
    letter: 't',
  },
  { to: '/leads', key: 'leads', icon: IconTargetArrow, needs: ['leads.read'], letter: 'l' },
  { to: '/clients', key: 'clients', icon: IconUsers, needs: ['clients.read'], letter: 'c' },
  { to: '/contacts', key: 'contacts', icon: IconAddressBook, needs: ['contacts.read'], letter: 'n' },
  {
    to: '/opportunities',
    key: 'opportunities',
    icon: IconBulb,
    needs: ['opportunities.read'],
    letter: 'o',
  },
  { to: '/deals', key: 'deals', icon: IconBriefcase, needs: ['deals.read'], letter: 's' },
  { to: '/documents', key: 'compliance', icon: IconFileCertificate, needs: ['documents.review'] },
  { to: '/duplicates', key: 'duplicates', icon: IconUserScan, needs: ['clients.merge'] },
  { to: '/overview', key: 'overview', icon: IconGauge, needs: ['teams.read', 'users.read'] },
  { to: '/reports', key: 'reports', icon: IconReportAnalytics, needs: ['reports.read'], letter: 'r' },
  { to: '/partners', key: 'partners', icon: IconAffiliate, needs: ['partners.read'], letter: 'p' },
  {
    to: '/exports',
    key: 'exports',
    icon: IconFileExport,
    needs: [...EXPORTABLE.map(exportRight), 'exports.manage'],
    letter: 'e',
  },
  {
    to: '/imports',
    key: 'imports',
    icon: IconDatabaseImport,
    needs: [
      'clients.import',
      'leads.import',
      'contacts.import',
      'deals.import',
      'activities.import',
      'users.manage',
    ],
    letter: 'i',
  },
];
export const SETTINGS_NAV: NavItem[] = [
  { to: '/settings/users', key: 'users', icon: IconUserCog, needs: ['users.read'] },
  { to: '/settings/teams', key: 'teams', icon: IconUsersGroup, needs: ['teams.read'] },
  { to: '/settings/roles', key: 'roles', icon: IconShieldLock, needs: ['roles.read'] },
  { to: '/settings/access-check', key: 'accessCheck', icon: IconHelpHexagon, needs: ['access.explain'] },
  { to: '/settings/api-keys', key: 'apiKeys', icon: IconKey, needs: ['api_keys.manage'] },
  { to: '/settings/console', key: 'console', icon: IconPlugConnected, needs: ['settings.manage'] },
  { to: '/settings/general', key: 'general', icon: IconAdjustments, needs: ['settings.manage'] },
  { to: '/settings/branding', key: 'branding', icon: IconPalette, needs: ['settings.manage'] },
  { to: '/settings/statuses', key: 'statuses', icon: IconCircleDot, needs: ['settings.manage'] },
  { to: '/settings/custom-fields', key: 'customFields', icon: IconForms, needs: ['settings.manage'] },
  {
    to: '/settings/document-types',
    key: 'documentTypes',
    icon: IconFileCertificate,
    needs: ['settings.manage'],
    also: ['documents.read', 'documents.upload', 'documents.review'],
  },
  { to: '/settings/registration', key: 'registration', icon: IconUserPlus, needs: ['settings.manage'] },
  { to: '/settings/assignment', key: 'assignment', icon: IconUserShare, needs: ['assignment.manage'] },
  { to: '/settings/pipelines', key: 'pipelines', icon: IconRoute2, needs: ['pipelines.manage'] },
  { to: '/settings/exchange-rates', key: 'rates', icon: IconCoins, needs: ['pipelines.manage'] },
  { to: '/settings/tags', key: 'tags', icon: IconTags, needs: ['settings.manage'] },
  { to: '/settings/security', key: 'security', icon: IconLock, needs: ['settings.manage'] },
  { to: '/settings/audit', key: 'audit', icon: IconClipboardList, needs: ['audit.read'] },
  { to: '/settings/jobs', key: 'jobs', icon: IconStack2, needs: ['jobs.read'] },
];
/** Everybody's own page, reached from the user menu. */
export const ACCOUNT_NAV: NavItem = { to: '/account', key: 'account', icon: IconUserCircle, needs: [] };
export const SettingsIcon = IconSettings;

type Can = (key: string) => boolean;
export const allowedItems = (items: NavItem[], can: Can): NavItem[] =>
  items.filter((i) => i.needs.some(can) && (!i.also || i.also.some(can)));

/** Where a day begins: with the reports where the CRM is one for selling, otherwise with the first page there is. */
export function homePath(can: Can, modules: readonly string[] = []): string {
  const all = allowedItems([...MAIN_NAV, ...SETTINGS_NAV], can);
  const reports = onlySells(modules) ? all.find((i) => i.key === 'reports') : undefined;
  return (reports ?? all[0])?.to ?? '/dashboard';
}
