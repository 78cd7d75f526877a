import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { ErrorState, SkeletonLines } from '@/components';
import type { PeekProps } from '@/components/list';
import { Peek, Timeline } from '@/components/record';
import { useCan } from '@/session/session';
import { LeadFacts } from './LeadFacts';
import { LeadPills } from './LeadPills';
import { leadQuery } from './query';
import { useStatusStep } from './useStatusStep';

export function LeadPeek({ id, row, params, onGo, onOpen, onClose }: PeekProps<Lead>) {
  const { t } = useTranslation();
  const query = useQuery({ ...leadQuery(id), placeholderData: row });
  const lead = query.data;
  const body = query.isError ? (
    <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <SkeletonLines lines={8} gap={22} />
  );
  return (
    <Peek
      entity="leads"
      params={params}
      id={id}
      name={lead?.name ?? t('leads.title')}
      pills={lead && <LeadPills lead={lead} />}
      tabs={
        lead
          ? [
              { key: 'facts', label: t('leads.overview'), content: <Facts lead={lead} /> },
              {
                key: 'timeline',
                label: t('leads.timeline'),
                content: <Timeline entity="leads" id={id} max={12} />,
              },
            ]
          : [{ key: 'facts', label: t('leads.overview'), content: body }]
      }
      onGo={onGo}
      onOpen={() => onOpen(id)}
      onClose={onClose}
    />
  );
}

function Facts({ lead }: { lead: Lead }) {
  const can = useCan();
  const step = useStatusStep(lead);
  return (
    <>
      <LeadFacts lead={lead} editable={can('leads.update')} onStatus={step.to} />
      {step.asking}
    </>
  );
}
