import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { SkeletonLines } from '@/components';
import { RecordPage, RecordView, useRemoval } from '@/components/record';
import { useCan } from '@/session/session';
import { DocumentsTab } from '../documents';
import { followMerge } from '../duplicates';
import { recordTabs } from '../recordTabs';
import { ClientDrawer } from './ClientDrawer';
import { ClientFacts } from './ClientFacts';
import { ClientOverview } from './ClientOverview';
import { CLIENT } from './kind';
import { useDeleteClients, useRestoreClients } from './query';

const ClientSales = lazy(async () => ({
  default: (await import('../contacts/ClientSales')).ClientSales,
}));

export const ClientPage = () => (
  <RecordPage kind={CLIENT} instead={followMerge('clients')}>
    {(client) => <Loaded client={client} />}
  </RecordPage>
);

function Loaded({ client }: { client: Client }) {
  const { t } = useTranslation();
  const can = useCan();
  const removal = useRemoval({
    entity: 'clients',
    id: client.id,
    remove: useDeleteClients(),
    restore: useRestoreClients(),
    what: [client.id],
    label: t('clients.delete'),
    done: t('clients.deleted', { count: 1 }),
  });
  return (
    <RecordView
      kind={CLIENT}
      record={client}
      facts={<ClientFacts client={client} editable={can('clients.update')} />}
      overview={<ClientOverview client={client} />}
      removal={removal}
      tabs={[
        ...recordTabs({ can, t, parent: { kind: 'client', id: client.id }, name: client.name }),
        ...(['contacts.read', 'deals.read', 'opportunities.read'].some(can)
          ? [
              {
                key: 'sales',
                label: t('contacts.sales'),
                content: (
                  <Suspense fallback={<SkeletonLines lines={6} gap={24} />}>
                    <ClientSales client={client} />
                  </Suspense>
                ),
              },
            ]
          : []),
        ...(can('documents.read')
          ? [{ key: 'documents', label: t('documents.tab'), content: <DocumentsTab client={client} /> }]
          : []),
      ]}
      form={(state) => <ClientDrawer client={client} {...state} />}
    />
  );
}
