import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { toast } from '@/components';
import { RecordList, useCustomColumns, useListPage, usePicking } from '@/components/list';
import { useList } from '@/data/lists';
import { useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { ClientDrawer } from './ClientDrawer';
import { ClientPeek } from './ClientPeek';
import { HIDDEN_BY_DEFAULT, useClientColumns } from './columns';
import { CLIENT_FILTERS, clientListQuery, useClientFields } from './filters';
import { useUpdateClient } from './query';

export function ClientsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const page = useListPage('/clients');
  const { search, go } = page;
  const params = useMemo(() => clientListQuery(search), [search]);
  const list = useList('clients', params);
  const fields = useClientFields(list.rows);
  const statuses = useStatuses('client');
  const update = useUpdateClient();
  const picking = usePicking<Client>(can('clients.update'));
  const own = useClientColumns(picking.open);
  const custom = useCustomColumns<Client>('client');
  const columns = useMemo(() => [...own, ...custom], [own, custom]);
  return (
    <>
      <RecordList<Client>
        entity="clients"
        label={t('clients.title')}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        desk={{ entity: 'client', fields, quick: CLIENT_FILTERS }}
        page={page}
        params={params}
        list={list}
        peek={(props) => <ClientPeek {...props} />}
        picking={picking}
        pick={{
          label: t('clients.field.status'),
          options: () => statuses.options,
          value: (client) => client.status,
          onPick: (client, status) =>
            update.mutate({ client, patch: { status } }, { onError: (e) => toast.failure(e) }),
        }}
        nothingYet={{
          title: t('clients.nothing'),
          text: t('clients.nothingText'),
          action: can('clients.create') && (
            <Button onClick={() => go({ ...search, new: '1' }, false)}>{t('clients.add')}</Button>
          ),
        }}
      />
      <ClientDrawer
        opened={search.new === '1' && can('clients.create')}
        onClose={() => go({ ...search, new: undefined })}
        onDone={(id) => void navigate({ to: `/clients/${id}` })}
      />
    </>
  );
}
