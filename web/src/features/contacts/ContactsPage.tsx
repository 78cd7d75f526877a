import { Button, Group } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact, ContactStatus } from '@/api/sales';
import { toast } from '@/components';
import { AssignDialog, BulkActions, type Selection } from '@/components/bulk';
import { ListView, useCustomColumns } from '@/components/list';
import { PickMenu } from '@/components/PickMenu';
import { useFresh } from '@/data/fresh';
import { useList } from '@/data/lists';
import { listWord } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { ContactDrawer } from './ContactDrawer';
import { ContactPeek } from './ContactPeek';
import { HIDDEN_BY_DEFAULT, useContactColumns } from './columns';
import { CONTACT_FILTERS, contactListQuery, useContactFields, useContactStatuses } from './filters';
import { useUpdateContact } from './query';

const NO_FILTERS: never[] = [];

export function ContactsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const params = useMemo(() => contactListQuery(search), [search]);
  const list = useList('contacts', params);
  const fields = useContactFields(list.rows);
  const statuses = useContactStatuses();
  const fresh = useFresh();
  const update = useUpdateContact();
  const [editing, setEditing] = useState<{ contact: Contact; anchor: DOMRect } | null>(null);
  const [assigning, setAssigning] = useState<string | null>(null);
  const editable = can('contacts.update');
  const openStatus = useCallback((contact: Contact, anchor: DOMRect) => setEditing({ contact, anchor }), []);
  const own = useContactColumns(editable ? openStatus : null);
  const custom = useCustomColumns<Contact & { custom: unknown }>('contact');
  const columns = useMemo(() => [...own, ...(custom as typeof own)], [own, custom]);
  const go = useCallback(
    (next: ListSearch, replace = true) => void navigate({ to: '.', search: next as never, replace }),
    [navigate],
  );
  const open = useCallback(
    (id: string) => void navigate({ to: `/contacts/${id}`, search: { list: listWord(search) } as never }),
    [navigate, search],
  );
  const peek = useCallback((id: string) => go({ ...search, peek: id }), [go, search]);
  const bulk = ['contacts.assign', 'contacts.update', 'contacts.delete', 'contacts.export'].some(can)
    ? (selection: Selection, clear: () => void) => (
        <BulkActions entity="contacts" selection={selection} clear={clear} />
      )
    : undefined;
  return (
    <>
      <ListView<Contact>
        name="contacts"
        label={t('contacts.title')}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        filters={NO_FILTERS}
        desk={{ entity: 'contact', fields, quick: CONTACT_FILTERS }}
        search={search}
        onSearch={go}
        list={list}
        fresh={fresh}
        params={params}
        exports="contacts"
        bulk={bulk}
        onOpen={open}
        onPeek={peek}
        peeked={search.peek}
        peek={
          search.peek && (
            <ContactPeek
              id={search.peek}
              row={list.rows.find((r) => r.id === search.peek)}
              params={params}
              onGo={peek}
              onOpen={open}
              onClose={() => go({ ...search, peek: undefined })}
            />
          )
        }
        onEdit={
          editable
            ? (id, row) => {
                const contact = list.rows.find((r) => r.id === id);
                const pill = row.querySelector('[data-edit]');
                if (contact && pill) setEditing({ contact, anchor: pill.getBoundingClientRect() });
              }
            : undefined
        }
        onAssign={can('contacts.assign') && can('users.read') ? (id) => setAssigning(id) : undefined}
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
      {editing && (
        <PickMenu
          anchor={editing.anchor}
          label={t('contacts.field.status')}
          options={statuses}
          value={editing.contact.status}
          onPick={(status) => {
            if (status === editing.contact.status) return;
            update.mutate(
              { contact: editing.contact, patch: { status: status as ContactStatus } },
              { onError: (e) => toast.failure(e) },
            );
          }}
          onClose={() => setEditing(null)}
        />
      )}
      {assigning && (
        <AssignDialog
          entity="contacts"
          selection={{ kind: 'rows', ids: [assigning] }}
          onClose={() => setAssigning(null)}
          onDone={() => setAssigning(null)}
        />
      )}
      <ContactDrawer
        opened={search.new === '1' && can('contacts.create')}
        onClose={() => go({ ...search, new: undefined })}
        onDone={(id) => void navigate({ to: `/contacts/${id}` })}
      />
    </>
  );
}
