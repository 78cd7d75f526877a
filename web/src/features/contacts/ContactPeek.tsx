import type { Contact } from '@/api/sales';
import type { PeekProps } from '@/components/list';
import { RecordPeek } from '@/components/record';
import { ContactFacts } from './ContactFacts';
import { CONTACT } from './kind';

export const ContactPeek = (props: PeekProps<Contact>) => (
  <RecordPeek
    kind={CONTACT}
    facts={(contact, editable) => <ContactFacts contact={contact} editable={editable} />}
    {...props}
  />
);
