import {
  type Icon,
  IconBriefcase,
  IconCheckbox,
  IconMail,
  IconNote,
  IconPhone,
  IconTargetArrow,
  IconTrendingUp,
  IconUser,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { Hue } from '@/components/StatusPill';
import type { ActivityStatus, ActivityType, ParentKind, Priority } from './types';

export const TYPE_ICONS: Record<ActivityType, Icon> = {
  call: IconPhone,
  email: IconMail,
  meeting: IconUsersGroup,
  task: IconCheckbox,
  note: IconNote,
};
export const TYPE_HUES: Record<ActivityType, Hue> = {
  call: 'teal',
  email: 'violet',
  meeting: 'blue',
  task: 'grey',
  note: 'amber',
};
export const STATUS_HUES: Record<ActivityStatus, Hue> = {
  scheduled: 'blue',
  overdue: 'red',
  completed: 'green',
  cancelled: 'grey',
};
export const PRIORITY_HUES: Record<Priority, Hue> = {
  low: 'grey',
  normal: 'blue',
  high: 'amber',
  urgent: 'red',
};

type KindOf = { icon: Icon; path: string; needs: string };
/** Where the lists and pages of records are, and who may look for them. */
export const RECORDS: Record<ParentKind, KindOf> = {
  client: { icon: IconUsers, path: '/clients', needs: 'clients.read' },
  lead: { icon: IconTargetArrow, path: '/leads', needs: 'leads.read' },
  contact: { icon: IconUser, path: '/contacts', needs: 'contacts.read' },
  opportunity: { icon: IconTrendingUp, path: '/opportunities', needs: 'opportunities.read' },
  deal: { icon: IconBriefcase, path: '/deals', needs: 'deals.read' },
};
