import type { Lead } from '@/api/types';
import type { RecordKind } from '@/components/record';
import { leadListQuery } from './filters';
import { LeadPills } from './LeadPills';
import { leadQuery } from './query';

export const LEAD: RecordKind<Lead> = {
  entity: 'leads',
  one: 'lead',
  title: 'leads.title',
  query: leadQuery,
  listQuery: leadListQuery,
  pills: (lead) => <LeadPills lead={lead} />,
};
