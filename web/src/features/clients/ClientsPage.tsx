import { Button } from '@mantine/core';
import { IconTrash, IconUserShare } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { toast } from '@/components';
import { ListView } from '@/components/list';
import { PickMenu } from '@/components/PickMenu';
import { useFresh } from '@/data/fresh';
import { useList } from '@/data/lists';
import { useOwnerOptions, useStatuses } from '@/data/lookups';
import { listWord } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { ClientDrawer } from './ClientDrawer';
import { ClientPeek } from './ClientPeek';
import { HIDDEN_BY_DEFAULT, useClientColumns } from './columns';
import { clientListQuery, useClientFilters } from './filters';
import { useAssignClients, useDeleteClients, useRestoreClients, useUpdateClient } from './query';

type Editing = { client: Client; anchor: DOMRect } | null;
type Assigning = { ids: string[]; anchor: DOMRect; clear: () => void } | null;

export function ClientsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const params = useMemo(() => clientListQuery(search), [search]);
  const list = useList('clients', params);
  const filters = useClientFilters(list.rows);
  const statuses = useStatuses('client');
  const owners = useOwnerOptions();
  const fresh = useFresh();
  const update = useUpdateClient();
  const assign = useAssignClients();
  const remove = useDeleteClients();
  const restore = useRestoreClients();
  const [editing, setEditing] = useState<Editing>(null);
  const [assigning, setAssigning] = useState<Assigning>(null);

  const canUpdate = can('clients.update');
  const openStatus = useCallback((client: Client, anchor: DOMRect) => setEditing({ client, anchor }), []);
  const columns = useClientColumns(canUpdate ? openStatus : null);
  const go = useCallback(
    (next: ListSearch, replace = true) => void navigate({ to: '.', search: next as never, replace }),
    [navigate],
  );
  const open = useCallback(
    (id: string) => void navigate({ to: `/clients/${id}`, search: { list: listWord(search) } as never }),
    [navigate, search],
  );
  const peek = useCallback((id: string) => go({ ...search, peek: id }), [go, search]);

  const deleteMany = (ids: string[], clear: () => void) => {
    clear();
    remove.mutate(ids, {
      onSuccess: () => toast.undo(t('clients.deleted', { count: ids.length }), () => restore.mutate(ids)),
    });
  };
  const bulk =
    can('clients.assign') || can('clients.delete')
      ? (ids: string[], clear: () => void) => (
          <>
            {can('clients.assign') && (
              <button
                type="button"
                aria-haspopup="listbox"
                onClick={(e) => setAssigning({ ids, clear, anchor: e.currentTarget.getBoundingClientRect() })}
              >
                <IconUserShare size={15} aria-hidden />
                {t('clients.assign')}
              </button>
            )}
            {can('clients.delete') && (
              <button type="button" onClick={() => deleteMany(ids, clear)}>
                <IconTrash size={15} aria-hidden />
                {t('clients.delete')}
              </button>
            )}
          </>
        )
      : undefined;

  return (
    <>
      <ListView<Client>
        name="clients"
        label={t('clients.title')}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        filters={filters}
        search={search}
        onSearch={go}
        list={list}
        fresh={fresh}
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
        <PickMenu
          anchor={assigning.anchor}
          label={t('clients.assign')}
          options={owners}
          none={t('data.unassigned')}
          value={null}
          onPick={(to) => {
            const name = owners.find((o) => o.value === to)?.label ?? null;
            const { ids, clear } = assigning;
            assign.mutate(
              { ids, to: to || null, name },
              {
                onSuccess: ({ updated }) =>
                  toast.done(t('clients.assigned', { count: updated, name: name ?? t('data.unassigned') })),
              },
            );
            clear();
          }}
          onClose={() => setAssigning(null)}
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
