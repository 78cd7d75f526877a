import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/sales';
import type { Client } from '@/api/types';
import { Dash, Masked, Person, StatusPill } from '@/components';
import { TagPills } from '@/components/tags';
import { humanise } from '@/data/lookups';
import { statusHue } from '../contacts/filters';
import { Rating } from '../contacts/Rating';
import { FieldValue, OwnValue } from './FieldValue';
import type { Joined, MergeKind } from './types';

type Props = { kind: MergeKind; record: Joined; field: string };

/** What a record has in one field of a merge, as it reads everywhere else. */
export function JoinedValue({ kind, record, field }: Props): ReactNode {
  return kind === 'contacts' ? (
    <ContactValue contact={record as Contact} field={field} />
  ) : (
    <FieldValue client={record as Client} field={field} />
  );
}

function ContactValue({ contact, field }: { contact: Contact; field: string }): ReactNode {
  const { t } = useTranslation();
  switch (field) {
    case 'email':
    case 'phone':
      return <Masked plain record={contact} field={field} value={contact[field]} />;
    case 'status':
      return <StatusPill label={t(`contacts.status.${contact.status}`)} hue={statusHue(contact.status)} />;
    case 'owner':
      return (
        <>
          <Person name={contact.assigned_to_name} />
          {contact.team_name && (
            <>
              {' '}
              <bdi className="dim">{contact.team_name}</bdi>
            </>
          )}
        </>
      );
    case 'client':
      if (!contact.client_id) return <Dash />;
      return (
        <bdi>
          {contact.client_name ?? t('duplicates.contacts.someClient')}
          {contact.is_primary && ` · ${t('contacts.primary')}`}
        </bdi>
      );
    case 'rating':
      return <Rating value={contact.rating} />;
    case 'source':
      return contact.source ? humanise(contact.source) : <Dash />;
    case 'tags':
      return contact.tags.length ? <TagPills wrap names={contact.tags} /> : <Dash />;
    default: {
      if (field.startsWith('custom.')) return <OwnValue of="contact" custom={contact.custom} field={field} />;
      const value = contact[field as keyof Contact];
      return value ? <bdi>{String(value)}</bdi> : <Dash />;
    }
  }
}
