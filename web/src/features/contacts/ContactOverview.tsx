import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/sales';
import { Timeline } from '@/components/record';
import { useCan } from '@/session/session';
import { DealsOf } from '../deals/DealsOf';
import { Merges } from '../duplicates';
import c from './contacts.module.css';

export function ContactOverview({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <div className={c.overview}>
      {contact.description && (
        <section>
          <h3 className={c.headline}>{t('contacts.field.description')}</h3>
          <p className={c.words} dir="auto">
            {contact.description}
          </p>
        </section>
      )}
      <Merges kind="contacts" id={contact.id} />
      {(can('deals.read') || can('opportunities.read')) && (
        <DealsOf of={{ contact: { id: contact.id, label: contact.name } }} />
      )}
      <section>
        <h3 className={c.headline}>{t('components.latest')}</h3>
        <Timeline entity="contacts" id={contact.id} max={5} />
      </section>
    </div>
  );
}
