import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconHelpHexagon, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { useUi } from '@/app/ui';
import { ErrorState, StatusPill, toast } from '@/components';
import { RecordLayout, RecordSkeleton, Timeline } from '@/components/record';
import { useKyc, useStatuses } from '@/data/lookups';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { DocumentsTab } from '../documents';
import { ClientDrawer } from './ClientDrawer';
import { ClientFacts } from './ClientFacts';
import { ClientOverview } from './ClientOverview';
import { clientQuery, useDeleteClients, useRestoreClients } from './query';

const ExplainDialog = lazy(async () => ({
  default: (await import('@/components/explain/ExplainDialog')).ExplainDialog,
}));

export function ClientPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const query = useQuery(clientQuery(id));
  if (query.data) return <Loaded client={query.data} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <RecordSkeleton />;
}

function Loaded({ client }: { client: Client }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const statuses = useStatuses('client');
  const kyc = useKyc();
  const remove = useDeleteClients();
  const restore = useRestoreClients();
  const [explaining, setExplaining] = useState(false);
  const go = (next: ListSearch) => void navigate({ to: '.', search: next as never, replace: true });
  useEffect(() => {
    document.title = `${client.name} · ${branding.name}`;
  }, [client.name, branding.name]);

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
        void navigate({ to: '/clients' });
      },
    });
  };
  const editable = can('clients.update');
  return (
    <>
      <RecordLayout
        back={{ to: '/clients', label: t('clients.title') }}
        entity="clients"
        id={client.id}
        name={client.name}
        pills={
          <>
            <StatusPill label={statuses.label(client.status)} hue={statuses.hue(client.status)} />
            <StatusPill
              label={t('clients.kycPill', { state: kyc.label(client.kyc_status) })}
              hue={kyc.hue(client.kyc_status)}
            />
          </>
        }
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
            {(can('clients.delete') || can('access.explain')) && (
              <Menu position="bottom-start" withinPortal={false} floatingStrategy="fixed">
                <Menu.Target>
                  <ActionIcon variant="default" size={30} aria-label={t('clients.more')}>
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  {can('access.explain') && (
                    <Menu.Item
                      leftSection={<IconHelpHexagon size={15} />}
                      onClick={() => setExplaining(true)}
                    >
                      {t('explain.why')}
                    </Menu.Item>
                  )}
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
        onTab={(tab) => go({ ...search, tab: tab === 'overview' ? undefined : tab })}
        tabs={[
          { key: 'overview', label: t('clients.overview'), content: <ClientOverview client={client} /> },
          {
            key: 'timeline',
            label: t('clients.timeline'),
            content: <Timeline entity="clients" id={client.id} />,
          },
          ...(can('documents.read')
            ? [{ key: 'documents', label: t('documents.tab'), content: <DocumentsTab client={client} /> }]
            : []),
        ]}
      />
      {explaining && (
        <Suspense fallback={null}>
          <ExplainDialog
            resource={{ type: 'client', id: client.id, label: client.name }}
            onClose={() => setExplaining(false)}
          />
        </Suspense>
      )}
      <ClientDrawer
        client={client}
        opened={search.edit === '1' && editable}
        onClose={() => go({ ...search, edit: undefined })}
      />
    </>
  );
}
