import type { Client } from '@/api/types';
import type { RecordKind } from '@/components/record';
import { ClientPills } from './ClientPills';
import { clientListQuery } from './filters';
import { clientQuery } from './query';

export const CLIENT: RecordKind<Client> = {
  entity: 'clients',
  one: 'client',
  title: 'clients.title',
  query: clientQuery,
  listQuery: clientListQuery,
  pills: (client) => <ClientPills client={client} />,
};
