import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { ErrorState, SkeletonLines } from '@/components';
import type { PeekProps } from '@/components/list';
import { Peek, Timeline } from '@/components/record';
import { useCan } from '@/session/session';
import { ClientFacts } from './ClientFacts';
import { ClientPills } from './ClientPills';
import { clientQuery } from './query';

export function ClientPeek({ id, row, params, onGo, onOpen, onClose }: PeekProps<Client>) {
  const { t } = useTranslation();
  const can = useCan();
  const query = useQuery({ ...clientQuery(id), placeholderData: row });
  const client = query.data;
  const body = query.isError ? (
    <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <SkeletonLines lines={8} gap={22} />
  );
  return (
    <Peek
      entity="clients"
      params={params}
      id={id}
      name={client?.name ?? t('clients.title')}
      pills={client && <ClientPills client={client} />}
      tabs={
        client
          ? [
              {
                key: 'facts',
                label: t('clients.overview'),
                content: <ClientFacts client={client} editable={can('clients.update')} />,
              },
              {
                key: 'timeline',
                label: t('clients.timeline'),
                content: <Timeline entity="clients" id={id} max={12} />,
              },
            ]
          : [{ key: 'facts', label: t('clients.overview'), content: body }]
      }
      onGo={onGo}
      onOpen={() => onOpen(id)}
      onClose={onClose}
    />
  );
}
