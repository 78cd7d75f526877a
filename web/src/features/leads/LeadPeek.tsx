import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { ErrorState, SkeletonLines, StatusPill } from '@/components';
import { Peek, Timeline } from '@/components/record';
import record from '@/components/record/record.module.css';
import { useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { LeadFacts } from './LeadFacts';
import { leadQuery } from './query';

type Props = {
  id: string;
  /** The row as the list knows it: something to show at once. */
  row: Lead | undefined;
  onGo: (id: string) => void;
  onOpen: (id: string) => void;
  onClose: () => void;
};

export function LeadPeek({ id, row, onGo, onOpen, onClose }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const statuses = useStatuses('lead');
  const query = useQuery({ ...leadQuery(id), placeholderData: row });
  const lead = query.data;
  return (
    <Peek
      entity="leads"
      id={id}
      name={lead?.name ?? t('leads.title')}
      pills={lead && <StatusPill label={statuses.label(lead.status)} hue={statuses.hue(lead.status)} />}
      onGo={onGo}
      onOpen={() => onOpen(id)}
      onClose={onClose}
    >
      {query.isError && !lead ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : lead ? (
        <>
          <LeadFacts lead={lead} editable={can('leads.update')} />
          <section className={record.latest}>
            <h3>{t('components.latest')}</h3>
            <Timeline entity="leads" id={id} max={3} />
          </section>
        </>
      ) : (
        <SkeletonLines lines={8} gap={22} />
      )}
    </Peek>
  );
}
