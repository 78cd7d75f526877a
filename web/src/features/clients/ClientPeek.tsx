import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { ErrorState, SkeletonLines, StatusPill } from '@/components';
import { Peek, Timeline } from '@/components/record';
import record from '@/components/record/record.module.css';
import { useKyc, useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { ClientFacts } from './ClientFacts';
import { clientQuery } from './query';

type Props = {
  id: string;
  /** The row as the list knows it: something to show at once. */
  row: Client | undefined;
  onGo: (id: string) => void;
  onOpen: (id: string) => void;
  onClose: () => void;
};

export function ClientPeek({ id, row, onGo, onOpen, onClose }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const statuses = useStatuses('client');
  const kyc = useKyc();
  const query = useQuery({ ...clientQuery(id), placeholderData: row });
  const client = query.data;
  return (
    <Peek
      entity="clients"
      id={id}
      name={client?.name ?? t('clients.title')}
      pills={
        client && (
          <>
            <StatusPill label={statuses.label(client.status)} hue={statuses.hue(client.status)} />
            <StatusPill
              label={t('clients.kycPill', { state: kyc.label(client.kyc_status) })}
              hue={kyc.hue(client.kyc_status)}
            />
          </>
        )
      }
      onGo={onGo}
      onOpen={() => onOpen(id)}
      onClose={onClose}
    >
      {query.isError && !client ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : client ? (
        <>
          <ClientFacts client={client} editable={can('clients.update')} />
          <section className={record.latest}>
            <h3>{t('components.latest')}</h3>
            <Timeline entity="clients" id={id} max={3} />
          </section>
        </>
      ) : (
        <SkeletonLines lines={8} gap={22} />
      )}
    </Peek>
  );
}
