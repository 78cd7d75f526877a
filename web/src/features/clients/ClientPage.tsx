import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { useUi } from '@/app/ui';
import { ErrorState, SkeletonLines, toast } from '@/components';
import { useExplain } from '@/components/explain/useExplain';
import { useTitle } from '@/components/page/useTitle';
import { AuditTab, RecordLayout, RecordNav, RecordSkeleton, Timeline } from '@/components/record';
import { useListSearch } from '@/data/listSearch';
import { listOf, useListOf } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { DocumentsTab } from '../documents';
import { FollowMerge, mergedInto } from '../duplicates';
import { recordTabs } from '../recordTabs';
import { ClientDrawer } from './ClientDrawer';
import { ClientFacts } from './ClientFacts';
import { ClientOverview } from './ClientOverview';
import { ClientPills } from './ClientPills';
import { clientListQuery } from './filters';
import { clientQuery, useDeleteClients, useRestoreClients } from './query';

const ClientSales = lazy(async () => ({
  default: (await import('../contacts/ClientSales')).ClientSales,
}));

export function ClientPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as ListSearch;
  const list = useListOf(search.list, clientListQuery);
  const back = { to: '/clients', label: t('clients.title') };
  const query = useQuery(clientQuery(id));
  const kept = mergedInto(query.error);
  if (kept) return <FollowMerge to={kept} />;
  if (query.data) return <Loaded client={query.data} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <RecordSkeleton nav={<RecordNav back={back} entity="clients" list={list} id={id} tab={search.tab} />} />
  );
}

function Loaded({ client }: { client: Client }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const can = useCan();
  const qc = useQueryClient();
  const navigate = useNavigate();
  const { search, go } = useListSearch();
  const remove = useDeleteClients();
  const restore = useRestoreClients();
  const why = useExplain({ type: 'client', id: client.id, label: client.name });
  const list = useListOf(search.list, clientListQuery);
  useTitle(client.name, branding.name);

  const del = () => {
    remove.mutate([client.id], {
      onSuccess: () => {
        // this page is gone by then, and with it the callbacks of a plain `mutate`
        toast.undo(t('clients.deleted', { count: 1 }), () => {
          void restore
            .mutateAsync([client.id])
            .then(() => navigate({ to: `/clients/${client.id}` }))
            .catch(() => undefined);
        });
        void navigate({ to: '/clients', search: listOf(search.list) as never });
      },
    });
  };
  const editable = can('clients.update');
  return (
    <>
      <RecordLayout
        back={{ to: '/clients', label: t('clients.title') }}
        entity="clients"
        // one that is being deleted has no place any more
        list={remove.isPending || remove.isSuccess ? { word: list.word } : list}
        id={client.id}
        name={client.name}
        pills={<ClientPills client={client} />}
        onNear={(id) => void qc.prefetchQuery(clientQuery(id))}
        actions={
          <>
            {editable && (
              <Button
                variant="default"
                leftSection={<IconPencil size={14} />}
                onClick={() => go({ ...search, edit: '1' })}
              >
                {t('clients.edit')}
              </Button>
            )}
            {(can('clients.delete') || why.item) && (
              <Menu position="bottom-start" withinPortal={false} floatingStrategy="fixed">
                <Menu.Target>
                  <ActionIcon variant="default" size={30} aria-label={t('clients.more')}>
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  {why.item}
                  {can('clients.delete') && (
                    <Menu.Item leftSection={<IconTrash size={15} />} c="var(--neg)" onClick={del}>
                      {t('clients.delete')}
                    </Menu.Item>
                  )}
                </Menu.Dropdown>
              </Menu>
            )}
          </>
        }
        facts={<ClientFacts client={client} editable={editable} />}
        tab={search.tab ?? 'overview'}
        onTab={(tab) => go({ ...search, tab: tab === 'overview' ? undefined : tab, kind: undefined })}
        tabs={[
          { key: 'overview', label: t('clients.overview'), content: <ClientOverview client={client} /> },
          {
            key: 'timeline',
            label: t('clients.timeline'),
            content: (
              <Timeline
                entity="clients"
                id={client.id}
                chapter={search.kind}
                onChapter={(kind) => go({ ...search, kind })}
              />
            ),
          },
          ...recordTabs({ can, t, parent: { kind: 'client', id: client.id }, name: client.name }),
          ...(['contacts.read', 'deals.read', 'opportunities.read'].some(can)
            ? [
                {
                  key: 'sales',
                  label: t('contacts.sales'),
                  content: (
                    <Suspense fallback={<SkeletonLines lines={6} gap={24} />}>
                      <ClientSales client={client} />
                    </Suspense>
                  ),
                },
              ]
            : []),
          ...(can('documents.read')
            ? [{ key: 'documents', label: t('documents.tab'), content: <DocumentsTab client={client} /> }]
            : []),
          ...(can('audit.read')
            ? [
                {
                  key: 'audit',
                  label: t('clients.audit'),
                  content: <AuditTab kind="client" id={client.id} />,
                },
              ]
            : []),
        ]}
      />
      {why.dialog}
      <ClientDrawer
        client={client}
        opened={search.edit === '1' && editable}
        onClose={() => go({ ...search, edit: undefined })}
      />
    </>
  );
}
