import { useTranslation } from 'react-i18next';
import { type Client, record } from '@/api/types';
import c from './duplicates.module.css';
import { FieldValue } from './FieldValue';
import type { Merged } from './types';
import { useDuplicateWords } from './words';

const SHOWN = [
  'email',
  'phone',
  'country',
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

/** The client as it will be, in the server's words. */
export function Result({ data, old }: { data: Merged; old: boolean }) {
  const { t } = useTranslation();
  const words = useDuplicateWords();
  const { record: client } = data;
  const moved = words.moved(data.moved);
  const custom = Object.keys(record(client.custom)).map((key) => `custom.${key}`);
  return (
    <section className={c.result} aria-label={t('duplicates.result')} data-old={old || undefined}>
      <h3>{t('duplicates.result')}</h3>
      <p className={c.resultName}>
        <bdi>{client.name}</bdi>
      </p>
      <dl>
        {[...SHOWN.filter((field) => shows(client, field)), ...custom].map((field) => (
          <div key={field} data-result={field}>
            <dt>{words.field(field)}</dt>
            <dd>
              <FieldValue client={client} field={field} />
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
