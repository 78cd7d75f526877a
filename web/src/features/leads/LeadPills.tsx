import type { Lead } from '@/api/types';
import { StatusPill } from '@/components';
import { useStatuses } from '@/data/lookups';

export function LeadPills({ lead }: { lead: Lead }) {
  const statuses = useStatuses('lead');
  return <StatusPill label={statuses.label(lead.status)} hue={statuses.hue(lead.status)} />;
}
