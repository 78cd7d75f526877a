import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { toast } from '@/components';
import { AssignDialog, BulkActions, type Selection } from '@/components/bulk';
import { ListView, useCustomColumns } from '@/components/list';
import { PickMenu } from '@/components/PickMenu';
import { useFresh } from '@/data/fresh';
import { useList } from '@/data/lists';
import { useStatuses } from '@/data/lookups';
import { listWord } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { ClientDrawer } from './ClientDrawer';
import { ClientPeek } from './ClientPeek';
import { HIDDEN_BY_DEFAULT, useClientColumns } from './columns';
import { CLIENT_FILTERS, clientListQuery, useClientFields } from './filters';
import { useUpdateClient } from './query';

type Editing = { client: Client; anchor: DOMRect } | null;
const NO_FILTERS: never[] = [];

export function ClientsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const params = useMemo(() => clientListQuery(search), [search]);
  const list = useList('clients', params);
  const fields = useClientFields(list.rows);
  const statuses = useStatuses('client');
  const fresh = useFresh();
  const update = useUpdateClient();
  const [editing, setEditing] = useState<Editing>(null);
  const [assigning, setAssigning] = useState<string | null>(null);

  const canUpdate = can('clients.update');
  const openStatus = useCallback((client: Client, anchor: DOMRect) => setEditing({ client, anchor }), []);
  const own = useClientColumns(canUpdate ? openStatus : null);
  const custom = useCustomColumns<Client>('client');
  const columns = useMemo(() => [...own, ...custom], [own, custom]);
  const go = useCallback(
    (next: ListSearch, replace = true) => void navigate({ to: '.', search: next as never, replace }),
    [navigate],
  );
  const open = useCallback(
    (id: string) => void navigate({ to: `/clients/${id}`, search: { list: listWord(search) } as never }),
    [navigate, search],
  );
  const peek = useCallback((id: string) => go({ ...search, peek: id }), [go, search]);

  const bulk = ['clients.assign', 'clients.update', 'clients.delete', 'clients.export'].some(can)
    ? (selection: Selection, clear: () => void) => (
        <BulkActions entity="clients" selection={selection} clear={clear} />
      )
    : undefined;

  return (
    <>
      <ListView<Client>
        name="clients"
        label={t('clients.title')}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        filters={NO_FILTERS}
        desk={{ entity: 'client', fields, quick: CLIENT_FILTERS }}
        search={search}
        onSearch={go}
        list={list}
        fresh={fresh}
        params={params}
        exports="clients"
        bulk={bulk}
        onOpen={open}
        onPeek={peek}
        peeked={search.peek}
        peek={
          search.peek && (
            <ClientPeek
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
          canUpdate
            ? (id, row) => {
                const client = list.rows.find((r) => r.id === id);
                const pill = row.querySelector('[data-edit]');
                if (client && pill) setEditing({ client, anchor: pill.getBoundingClientRect() });
              }
            : undefined
        }
        onAssign={can('clients.assign') ? (id) => setAssigning(id) : undefined}
        nothingYet={{
          title: t('clients.nothing'),
          text: t('clients.nothingText'),
          action: can('clients.create') && (
            <Button onClick={() => go({ ...search, new: '1' }, false)}>{t('clients.add')}</Button>
          ),
        }}
      />
      {editing && (
        <PickMenu
          anchor={editing.anchor}
          label={t('clients.field.status')}
          options={statuses.options}
          value={editing.client.status}
          onPick={(status) => {
            if (status === editing.client.status) return;
            update.mutate(
              { client: editing.client, patch: { status } },
              { onError: (e) => toast.failure(e) },
            );
          }}
          onClose={() => setEditing(null)}
        />
      )}
      {assigning && (
        <AssignDialog
          entity="clients"
          selection={{ kind: 'rows', ids: [assigning] }}
          onClose={() => setAssigning(null)}
          onDone={() => setAssigning(null)}
        />
      )}
      <ClientDrawer
        opened={search.new === '1' && can('clients.create')}
        onClose={() => go({ ...search, new: undefined })}
        onDone={(id) => void navigate({ to: `/clients/${id}` })}
      />
    </>
  );
}
