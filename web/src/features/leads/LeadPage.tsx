import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowRight, IconDots, IconHelpHexagon, IconPencil, IconUserCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Lead, record } from '@/api/types';
import { useUi } from '@/app/ui';
import { ConfirmDialog, diffText, ErrorState, StatusPill, toast } from '@/components';
import { RecordLayout, RecordSkeleton, Timeline } from '@/components/record';
import { humanise, useStatuses } from '@/data/lookups';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { LeadDrawer } from './LeadDrawer';
import { LeadFacts } from './LeadFacts';
import c from './leads.module.css';
import { leadQuery, useConvertLead } from './query';

const ExplainDialog = lazy(async () => ({
  default: (await import('@/components/explain/ExplainDialog')).ExplainDialog,
}));

export function LeadPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const query = useQuery(leadQuery(id));
  if (query.data) return <Loaded lead={query.data} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <RecordSkeleton />;
}

function Loaded({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const statuses = useStatuses('lead');
  const convert = useConvertLead();
  const [asking, setAsking] = useState(false);
  const [explaining, setExplaining] = useState(false);
  const go = (next: ListSearch) => void navigate({ to: '.', search: next as never, replace: true });
  const editable = can('leads.update');
  const clientId = lead.converted_client_id;
  useEffect(() => {
    document.title = `${lead.name} · ${branding.name}`;
  }, [lead.name, branding.name]);

  return (
    <>
      <RecordLayout
        back={{ to: '/leads', label: t('leads.title') }}
        entity="leads"
        id={lead.id}
        name={lead.name}
        pills={<StatusPill label={statuses.label(lead.status)} hue={statuses.hue(lead.status)} />}
        actions={
          <>
            {!clientId && can('leads.convert') && (
              <Button leftSection={<IconUserCheck size={15} />} onClick={() => setAsking(true)}>
                {t('leads.convert')}
              </Button>
            )}
            {clientId && can('clients.read') && (
              <Button
                variant="default"
                rightSection={<IconArrowRight size={14} className="flip" />}
                onClick={() => void navigate({ to: `/clients/${clientId}` })}
              >
                {t('leads.openClient')}
              </Button>
            )}
            {editable && (
              <Button
                variant="default"
                leftSection={<IconPencil size={14} />}
                onClick={() => go({ ...search, edit: '1' })}
              >
                {t('leads.edit')}
              </Button>
            )}
            {can('access.explain') && (
              <Menu position="bottom-start" withinPortal={false} floatingStrategy="fixed">
                <Menu.Target>
                  <ActionIcon
                    variant="default"
                    size={30}
                    aria-label={t('components.actionsFor', { name: lead.name })}
                  >
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconHelpHexagon size={15} />} onClick={() => setExplaining(true)}>
                    {t('explain.why')}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </>
        }
        facts={<LeadFacts lead={lead} editable={editable} />}
        tab={search.tab ?? 'timeline'}
        onTab={(tab) => go({ ...search, tab: tab === 'timeline' ? undefined : tab })}
        tabs={[
          {
            key: 'timeline',
            label: t('leads.timeline'),
            content: (
              <>
                {lead.message && (
                  <blockquote className={c.message}>
                    <p className={c.messageHead}>{t('leads.field.message')}</p>
                    <p dir="auto">{lead.message}</p>
                  </blockquote>
                )}
                <Timeline entity="leads" id={lead.id} />
              </>
            ),
          },
          { key: 'data', label: t('leads.data'), content: <Metadata data={record(lead.metadata)} /> },
        ]}
      />
      <ConfirmDialog
        opened={asking}
        title={t('leads.convertTitle', { name: lead.name })}
        text={t('leads.convertText')}
        confirm={t('leads.convert')}
        busy={convert.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          convert.mutate(lead.id, {
            onSuccess: ({ client_id }) => {
              toast.done(t('leads.converted', { name: lead.name }));
              setAsking(false);
              if (can('clients.read')) void navigate({ to: `/clients/${client_id}` });
            },
            onError: () => setAsking(false),
          })
        }
      />
      {explaining && (
        <Suspense fallback={null}>
          <ExplainDialog
            resource={{ type: 'lead', id: lead.id, label: lead.name }}
            onClose={() => setExplaining(false)}
          />
        </Suspense>
      )}
      <LeadDrawer
        lead={lead}
        opened={search.edit === '1' && editable}
        onClose={() => go({ ...search, edit: undefined })}
      />
    </>
  );
}

function Metadata({ data }: { data: Record<string, unknown> }) {
  const { t } = useTranslation();
  const entries = Object.entries(data);
  if (!entries.length) return <p className="dim">{t('leads.noData')}</p>;
  return (
    <dl className={c.data}>
      {entries.map(([key, value]) => (
        <div key={key}>
          <dt>{humanise(key)}</dt>
          <dd>
            <bdi>{diffText(value)}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
