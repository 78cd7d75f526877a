import type { Client } from '@/api/types';
import { useCan } from '@/session/session';
import { DealsOf } from '../deals/DealsOf';
import { ClientContacts } from './ClientContacts';
import c from './contacts.module.css';

/** Beside a client's facts: its people, and what is to be sold to it. */
export function ClientSales({ client }: { client: Client }) {
  const can = useCan();
  return (
    <div className={c.overview}>
      {can('contacts.read') && <ClientContacts client={client} />}
      <DealsOf of={{ client: { id: client.id, label: client.name } }} />
    </div>
  );
}
