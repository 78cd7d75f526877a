import {
  IconAddressBook,
  IconAffiliate,
  IconBriefcase,
  IconBulb,
  IconChartBar,
  IconCheckbox,
  IconDatabaseImport,
  IconFileCertificate,
  IconFileExport,
  IconGauge,
  IconReportAnalytics,
  IconTargetArrow,
  IconUserScan,
  IconUsers,
} from '@tabler/icons-react';
import type { Hue } from '@/components';

type Page = { key: string; icon: typeof IconUsers };

/** What the miniature shows for each template. Words come from the language files. */
export type Scene = {
  /** The pages that a new CRM of this template has, as its menu has them. */
  nav: Page[];
  active: string;
  columns: [string, string, string, string];
  rows: { status: string; hue: Hue; third: string; last: number }[];
  /** What the third column holds: a short code, or a day. */
  third: 'code' | 'day';
  /** What the last column counts. */
  last: 'money' | 'number';
};

// Not taken from the menu itself: that would bring the whole of it to a page of strangers. A test holds them together.
const DASHBOARD: Page = { key: 'dashboard', icon: IconChartBar };
const ACTIVITIES: Page = { key: 'activities', icon: IconCheckbox };
const LEADS: Page = { key: 'leads', icon: IconTargetArrow };
const CLIENTS: Page = { key: 'clients', icon: IconUsers };
const CONTACTS: Page = { key: 'contacts', icon: IconAddressBook };
const OPPORTUNITIES: Page = { key: 'opportunities', icon: IconBulb };
const DEALS: Page = { key: 'deals', icon: IconBriefcase };
const COMPLIANCE: Page = { key: 'compliance', icon: IconFileCertificate };
const DUPLICATES: Page = { key: 'duplicates', icon: IconUserScan };
const OVERVIEW: Page = { key: 'overview', icon: IconGauge };
const REPORTS: Page = { key: 'reports', icon: IconReportAnalytics };
const PARTNERS: Page = { key: 'partners', icon: IconAffiliate };
const FILES: Page[] = [
  { key: 'exports', icon: IconFileExport },
  { key: 'imports', icon: IconDatabaseImport },
];

const AMOUNTS = [12480, 860, 43150, 5200, 0, 27940, 1310, 9675, 18020, 640];
const COUNTS = [128, 9, 342, 0, 51, 214, 0, 87, 16, 5];
const COUNTRIES = ['AE', 'GB', 'DE', 'SA', 'ES', 'SG', 'ZA', 'IT', 'KW', 'PL'];
const DAYS = COUNTS.map((_, i) => `2026-0${1 + (i % 6)}-${10 + ((i * 7) % 19)}`);
const OWNERS = ['LH', 'DO', 'SK', 'LH', 'MR', 'DO', 'SK', 'MR', 'LH', 'DO'];
const rows = (statuses: [string, Hue][], third: string[], last: number[]): Scene['rows'] =>
  last.map((n, i) => {
    const [status, hue] = statuses[i % statuses.length] as [string, Hue];
    return { status, hue, third: third[i] as string, last: n };
  });

export const SCENES: Record<string, Scene> = {
  'forex-broker': {
    nav: [DASHBOARD, ACTIVITIES, LEADS, CLIENTS, COMPLIANCE, DUPLICATES, OVERVIEW, PARTNERS, ...FILES],
    active: 'clients',
    columns: ['name', 'status', 'country', 'balance'],
    rows: rows(
      [
        ['active', 'green'],
        ['new', 'blue'],
        ['active', 'green'],
        ['prospect', 'violet'],
        ['dormant', 'amber'],
        ['active', 'green'],
        ['vip', 'teal'],
      ],
      COUNTRIES,
      AMOUNTS,
    ),
    third: 'code',
    last: 'money',
  },
  'sales-crm': {
    nav: [
      DASHBOARD,
      ACTIVITIES,
      LEADS,
      CLIENTS,
      CONTACTS,
      OPPORTUNITIES,
      DEALS,
      DUPLICATES,
      OVERVIEW,
      REPORTS,
      ...FILES,
    ],
    active: 'deals',
    columns: ['deal', 'stage', 'owner', 'value'],
    rows: rows(
      [
        ['negotiation', 'teal'],
        ['qualified', 'blue'],
        ['won', 'green'],
        ['proposal', 'amber'],
        ['lead', 'grey'],
        ['won', 'green'],
        ['lost', 'red'],
      ],
      OWNERS,
      AMOUNTS,
    ),
    third: 'code',
    last: 'money',
  },
  'partner-network': {
    nav: [DASHBOARD, LEADS, CLIENTS, COMPLIANCE, DUPLICATES, OVERVIEW, PARTNERS, ...FILES],
    active: 'partners',
    columns: ['name', 'status', 'created', 'leads'],
    rows: rows(
      [
        ['approved', 'green'],
        ['approved', 'green'],
        ['approved', 'green'],
        ['waiting', 'grey'],
        ['approved', 'green'],
      ],
      DAYS,
      COUNTS,
    ),
    third: 'day',
    last: 'number',
  },
};
export const sceneOf = (template: string): Scene => SCENES[template] ?? (SCENES['forex-broker'] as Scene);
