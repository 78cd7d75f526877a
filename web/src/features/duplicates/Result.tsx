import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/sales';
import { type Client, record } from '@/api/types';
import c from './duplicates.module.css';
import { JoinedValue } from './JoinedValue';
import type { Joined, Merged, MergeKind } from './types';
import { useDuplicateWords } from './words';

const SHOWN = [
  'email',
  'phone',
  'country',
  'language',
  'address',
  'date_of_birth',
  'status',
  'kyc_status',
  'owner',
  'source',
  'partner',
  'follow_up',
  'tags',
] as const;

const OF_CONTACTS = [
  'email',
  'phone',
  'company',
  'job_title',
  'status',
  'client',
  'owner',
  'source',
  'rating',
  'description',
  'tags',
] as const;

type Props = { kind: MergeKind; data: Merged<Joined>; old: boolean };

/** The record as it will be, in the server's words. */
export function Result({ kind, data, old }: Props) {
  const { t } = useTranslation();
  const words = useDuplicateWords(kind);
  const { record: client } = data;
  const shown =
    kind === 'contacts'
      ? OF_CONTACTS.filter((field) => showsOfContact(client as Contact, field))
      : SHOWN.filter((field) => shows(client as Client, field));
  const moved = words.moved(data.moved);
  const custom = Object.keys(record(client.custom)).map((key) => `custom.${key}`);
  return (
    <section className={c.result} aria-label={t('duplicates.result')} data-old={old || undefined}>
      <h3>{t('duplicates.result')}</h3>
      <p className={c.resultName}>
        <bdi>{client.name}</bdi>
      </p>
      <dl>
        {[...shown, ...custom].map((field) => (
          <div key={field} data-result={field}>
            <dt>{words.field(field)}</dt>
            <dd>
              <JoinedValue kind={kind} record={client} field={field} />
            </dd>
          </div>
        ))}
      </dl>
      {moved && <p className={c.moved}>{t('duplicates.movesAlong', { what: moved })}</p>}
    </section>
  );
}

/** What is empty takes no line. */
function shows(client: Client, field: (typeof SHOWN)[number]): boolean {
  switch (field) {
    case 'owner':
      return Boolean(client.assigned_to_name ?? client.team_name);
    case 'partner':
      return Boolean(client.partner_name);
    case 'follow_up':
      return Boolean(client.follow_up_at);
    case 'tags':
      return client.tags.length > 0;
    default:
      return Boolean(client[field]) || client.hidden.includes(field);
  }
}

function showsOfContact(contact: Contact, field: (typeof OF_CONTACTS)[number]): boolean {
  switch (field) {
    case 'owner':
      return Boolean(contact.assigned_to_name ?? contact.team_name);
    case 'client':
      return Boolean(contact.client_id);
    case 'tags':
      return contact.tags.length > 0;
    default:
      return Boolean(contact[field]) || contact.hidden.includes(field);
  }
}
