import {
  IconActivity,
  IconBriefcase,
  IconCash,
  IconChartBar,
  IconCheckbox,
  IconCoins,
  IconLayoutKanban,
  IconLink,
  IconReportAnalytics,
  IconTargetArrow,
  IconTransferOut,
  IconUsers,
  IconUsersGroup,
  IconWallet,
} from '@tabler/icons-react';
import type { Hue } from '@/components';

/** What the miniature shows for each template. Words come from the language files. */
export type Scene = {
  nav: { key: string; icon: typeof IconUsers; count?: number }[][];
  active: string;
  columns: [string, string, string, string];
  rows: { status: string; hue: Hue; code: string; amount: number; bar: number }[];
};

const AMOUNTS = [12480, 860, 43150, 5200, 0, 27940, 1310, 9675, 18020, 640];
const CODES = ['AE', 'GB', 'DE', 'SA', 'ES', 'SG', 'ZA', 'IT', 'KW', 'PL'];
const rows = (statuses: [string, Hue][]): Scene['rows'] =>
  AMOUNTS.map((amount, i) => {
    const [status, hue] = statuses[i % statuses.length] as [string, Hue];
    return { status, hue, code: CODES[i] as string, amount, bar: (i * 37 + 22) % 100 };
  });

const FOREX: Scene = {
  nav: [
    [
      { key: 'dashboard', icon: IconChartBar },
      { key: 'tasks', icon: IconCheckbox, count: 5 },
    ],
    [
      { key: 'leads', icon: IconTargetArrow },
      { key: 'clients', icon: IconUsers },
      { key: 'partners', icon: IconUsersGroup },
    ],
    [
      { key: 'deposits', icon: IconCash },
      { key: 'withdrawals', icon: IconTransferOut, count: 3 },
    ],
    [
      { key: 'accounts', icon: IconWallet },
      { key: 'positions', icon: IconActivity },
      { key: 'reports', icon: IconReportAnalytics },
    ],
  ],
  active: 'clients',
  columns: ['name', 'status', 'country', 'balance'],
  rows: rows([
    ['active', 'green'],
    ['new', 'blue'],
    ['active', 'green'],
    ['callback', 'amber'],
    ['verifying', 'violet'],
    ['active', 'green'],
    ['interested', 'teal'],
  ]),
};

const SALES: Scene = {
  nav: [
    [
      { key: 'dashboard', icon: IconChartBar },
      { key: 'activities', icon: IconCheckbox, count: 8 },
    ],
    [
      { key: 'contacts', icon: IconUsers },
      { key: 'deals', icon: IconBriefcase },
      { key: 'pipeline', icon: IconLayoutKanban },
    ],
    [{ key: 'reports', icon: IconReportAnalytics }],
  ],
  active: 'deals',
  columns: ['deal', 'stage', 'country', 'value'],
  rows: rows([
    ['negotiation', 'amber'],
    ['qualified', 'violet'],
    ['won', 'green'],
    ['proposal', 'teal'],
    ['newStage', 'blue'],
    ['won', 'green'],
    ['lost', 'red'],
  ]),
};

const PARTNERS: Scene = {
  nav: [
    [{ key: 'dashboard', icon: IconChartBar }],
    [
      { key: 'partners', icon: IconUsersGroup },
      { key: 'referrals', icon: IconLink, count: 12 },
      { key: 'leads', icon: IconTargetArrow },
    ],
    [
      { key: 'commissions', icon: IconCoins },
      { key: 'payouts', icon: IconTransferOut },
      { key: 'reports', icon: IconReportAnalytics },
    ],
  ],
  active: 'partners',
  columns: ['name', 'status', 'country', 'commission'],
  rows: rows([
    ['approved', 'green'],
    ['approved', 'green'],
    ['pending', 'amber'],
    ['approved', 'green'],
    ['new', 'blue'],
  ]),
};

const SCENES: Record<string, Scene> = {
  'forex-broker': FOREX,
  'sales-crm': SALES,
  'partner-network': PARTNERS,
};
export const sceneOf = (template: string): Scene => SCENES[template] ?? FOREX;
