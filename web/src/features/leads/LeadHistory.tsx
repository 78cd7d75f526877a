import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { hueOrGrey } from '@/components';
import { Stays } from '@/components/record';
import { useStatuses } from '@/data/lookups';
import { leadHistoryQuery } from './query';

/** The statuses a lead went through. */
export function LeadHistory({ id }: { id: string }) {
  const { t } = useTranslation();
  const statuses = useStatuses('lead');
  const query = useQuery(leadHistoryQuery(id));
  const stays = (query.data?.data ?? []).map((s) => ({
    key: s.id,
    label: statuses.label(s.new_status),
    hue: hueOrGrey(statuses.hue(s.new_status)),
    by: s.changed_by?.name ?? null,
    at: s.at,
    reason: s.reason ?? null,
    seconds: s.seconds,
    now: !s.until,
  }));
  return (
    <Stays
      query={query}
      stays={stays}
      none={t('leads.noSteps')}
      since={(time) => t('leads.since', { time })}
    />
  );
}
