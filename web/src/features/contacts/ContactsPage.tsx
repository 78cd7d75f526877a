import { Button, Group } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact, ContactStatus } from '@/api/sales';
import { toast } from '@/components';
import { RecordList, useCustomColumns, useListPage, usePicking } from '@/components/list';
import { useList } from '@/data/lists';
import { useCan } from '@/session/session';
import { ContactDrawer } from './ContactDrawer';
import { ContactPeek } from './ContactPeek';
import { HIDDEN_BY_DEFAULT, useContactColumns } from './columns';
import { CONTACT_FILTERS, contactListQuery, useContactFields, useContactStatuses } from './filters';
import { useUpdateContact } from './query';

export function ContactsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const page = useListPage('/contacts');
  const { search, go } = page;
  const params = useMemo(() => contactListQuery(search), [search]);
  const list = useList('contacts', params);
  const fields = useContactFields(list.rows);
  const statuses = useContactStatuses();
  const update = useUpdateContact();
  const picking = usePicking<Contact>(can('contacts.update'));
  const own = useContactColumns(picking.open);
  const custom = useCustomColumns<Contact & { custom: unknown }>('contact');
  const columns = useMemo(() => [...own, ...(custom as typeof own)], [own, custom]);
  return (
    <>
      <RecordList<Contact>
        entity="contacts"
        label={t('contacts.title')}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        desk={{ entity: 'contact', fields, quick: CONTACT_FILTERS }}
        page={page}
        params={params}
        list={list}
        peek={(props) => <ContactPeek {...props} />}
        picking={picking}
        pick={{
          label: t('contacts.field.status'),
          options: () => statuses,
          value: (contact) => contact.status,
          onPick: (contact, status) =>
            update.mutate(
              { contact, patch: { status: status as ContactStatus } },
              { onError: (e) => toast.failure(e) },
            ),
        }}
        nothingYet={{
          title: t('contacts.nothing'),
          text: t('contacts.nothingText'),
          action: (
            <Group gap="sm" justify="center">
              {can('contacts.create') && (
                <Button onClick={() => go({ ...search, new: '1' }, false)}>{t('contacts.add')}</Button>
              )}
              {can('contacts.import') && (
                <Button
                  variant="default"
                  onClick={() =>
                    void navigate({ to: '/imports/new', search: { entity: 'contacts' } as never })
                  }
                >
                  {t('contacts.import')}
                </Button>
              )}
            </Group>
          ),
        }}
      />
      <ContactDrawer
        opened={search.new === '1' && can('contacts.create')}
        onClose={() => go({ ...search, new: undefined })}
        onDone={(id) => void navigate({ to: `/contacts/${id}` })}
      />
    </>
  );
}
