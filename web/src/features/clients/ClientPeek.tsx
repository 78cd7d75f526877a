import type { Client } from '@/api/types';
import type { PeekProps } from '@/components/list';
import { RecordPeek } from '@/components/record';
import { ClientFacts } from './ClientFacts';
import { CLIENT } from './kind';

export const ClientPeek = (props: PeekProps<Client>) => (
  <RecordPeek
    kind={CLIENT}
    facts={(client, editable) => <ClientFacts client={client} editable={editable} />}
    {...props}
  />
);
