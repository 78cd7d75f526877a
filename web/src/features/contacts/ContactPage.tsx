import { Menu } from '@mantine/core';
import { IconArrowMerge, IconStar } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/sales';
import { RecordPage, RecordView, useRemoval } from '@/components/record';
import { useCan } from '@/session/session';
import { followMerge, MergeContact } from '../duplicates';
import { recordTabs } from '../recordTabs';
import { ContactDrawer } from './ContactDrawer';
import { ContactFacts } from './ContactFacts';
import { ContactOverview } from './ContactOverview';
import { CONTACT } from './kind';
import { useDeleteContact, useMakePrimary, useRestoreContact } from './query';

export const ContactPage = () => (
  <RecordPage kind={CONTACT} instead={followMerge('contacts')}>
    {(contact) => <Loaded contact={contact} />}
  </RecordPage>
);

function Loaded({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const can = useCan();
  const primary = useMakePrimary();
  const [merging, setMerging] = useState(false);
  const removal = useRemoval({
    entity: 'contacts',
    id: contact.id,
    remove: useDeleteContact(),
    restore: useRestoreContact(),
    what: contact.id,
    label: t('contacts.delete'),
    done: t('contacts.deleted', { name: contact.name }),
  });
  const editable = can('contacts.update');
  const mayPrimary = editable && contact.client_id && !contact.is_primary;
  const mayMerge = can('contacts.merge');
  return (
    <RecordView
      kind={CONTACT}
      record={contact}
      facts={<ContactFacts contact={contact} editable={editable} />}
      overview={<ContactOverview contact={contact} />}
      removal={removal}
      items={
        (mayPrimary || mayMerge) && (
          <>
            {mayPrimary && (
              <Menu.Item leftSection={<IconStar size={15} />} onClick={() => primary.mutate(contact)}>
                {t('contacts.makePrimary')}
              </Menu.Item>
            )}
            {mayMerge && (
              <Menu.Item leftSection={<IconArrowMerge size={15} />} onClick={() => setMerging(true)}>
                {t('contacts.merge')}
              </Menu.Item>
            )}
          </>
        )
      }
      tabs={recordTabs({ can, t, parent: { kind: 'contact', id: contact.id }, name: contact.name })}
      form={(state) => <ContactDrawer contact={contact} {...state} />}
    >
      {merging && <MergeContact contact={contact} onClose={() => setMerging(false)} />}
    </RecordView>
  );
}
