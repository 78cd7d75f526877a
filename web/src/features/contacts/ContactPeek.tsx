import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/sales';
import { ErrorState, SkeletonLines } from '@/components';
import type { PeekProps } from '@/components/list';
import { Peek, Timeline } from '@/components/record';
import { useCan } from '@/session/session';
import { ContactFacts } from './ContactFacts';
import { ContactPills } from './ContactPills';
import { contactQuery } from './query';

export function ContactPeek({ id, row, params, onGo, onOpen, onClose }: PeekProps<Contact>) {
  const { t } = useTranslation();
  const can = useCan();
  const query = useQuery({ ...contactQuery(id), placeholderData: row });
  const contact = query.data;
  const body = query.isError ? (
    <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <SkeletonLines lines={8} gap={22} />
  );
  return (
    <Peek
      entity="contacts"
      params={params}
      id={id}
      name={contact?.name ?? t('contacts.title')}
      pills={contact && <ContactPills contact={contact} />}
      tabs={
        contact
          ? [
              {
                key: 'facts',
                label: t('contacts.overview'),
                content: <ContactFacts contact={contact} editable={can('contacts.update')} />,
              },
              {
                key: 'timeline',
                label: t('contacts.timeline'),
                content: <Timeline entity="contacts" id={id} max={12} />,
              },
            ]
          : [{ key: 'facts', label: t('contacts.overview'), content: body }]
      }
      onGo={onGo}
      onOpen={() => onOpen(id)}
      onClose={onClose}
    />
  );
}
