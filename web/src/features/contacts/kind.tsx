import type { Contact } from '@/api/sales';
import type { RecordKind } from '@/components/record';
import { ContactPills } from './ContactPills';
import { contactListQuery } from './filters';
import { contactQuery } from './query';

export const CONTACT: RecordKind<Contact> = {
  entity: 'contacts',
  one: 'contact',
  title: 'contacts.title',
  query: contactQuery,
  listQuery: contactListQuery,
  pills: (contact) => <ContactPills contact={contact} />,
};
