import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowRight, IconDots, IconPencil, IconUserCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Lead, record } from '@/api/types';
import { useUi } from '@/app/ui';
import { diffText, ErrorState } from '@/components';
import { useExplain } from '@/components/explain/useExplain';
import { useTitle } from '@/components/page/useTitle';
import { AuditTab, RecordLayout, RecordNav, RecordSkeleton, Timeline } from '@/components/record';
import { useListSearch } from '@/data/listSearch';
import { humanise } from '@/data/lookups';
import { useListOf } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { ActivitiesTab } from '../activities';
import { NotesTab } from '../notes';
import { ConvertDialog } from './ConvertDialog';
import { leadListQuery } from './filters';
import { LeadDrawer } from './LeadDrawer';
import { LeadFacts } from './LeadFacts';
import { LeadHistory } from './LeadHistory';
import { LeadOverview } from './LeadOverview';
import { LeadPills } from './LeadPills';
import c from './leads.module.css';
import { leadQuery } from './query';
import { StatusFlow } from './StatusFlow';
import { useStatusStep } from './useStatusStep';

export function LeadPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as ListSearch;
  const list = useListOf(search.list, leadListQuery);
  const back = { to: '/leads', label: t('leads.title') };
  const query = useQuery(leadQuery(id));
  if (query.data) return <Loaded lead={query.data} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <RecordSkeleton nav={<RecordNav back={back} entity="leads" list={list} id={id} tab={search.tab} />} />
  );
}

function Loaded({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const can = useCan();
  const qc = useQueryClient();
  const navigate = useNavigate();
  const { search, go } = useListSearch();
  const [converting, setConverting] = useState(false);
  const why = useExplain({ type: 'lead', id: lead.id, label: lead.name });
  const step = useStatusStep(lead, () => setConverting(true));
  const list = useListOf(search.list, leadListQuery);
  const editable = can('leads.update');
  const clientId = lead.converted_client_id;
  useTitle(lead.name, branding.name);

  return (
    <>
      <RecordLayout
        back={{ to: '/leads', label: t('leads.title') }}
        entity="leads"
        list={list}
        id={lead.id}
        name={lead.name}
        pills={<LeadPills lead={lead} />}
        onNear={(id) => void qc.prefetchQuery(leadQuery(id))}
        head={<StatusFlow lead={lead} editable={editable} onStep={step.to} />}
        actions={
          <>
            {!clientId && can('leads.convert') && (
              <Button leftSection={<IconUserCheck size={15} />} onClick={() => setConverting(true)}>
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
            {why.item && (
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
                <Menu.Dropdown>{why.item}</Menu.Dropdown>
              </Menu>
            )}
          </>
        }
        facts={<LeadFacts lead={lead} editable={editable} onStatus={step.to} />}
        tab={search.tab ?? 'overview'}
        onTab={(tab) => go({ ...search, tab: tab === 'overview' ? undefined : tab, kind: undefined })}
        tabs={[
          { key: 'overview', label: t('leads.overview'), content: <LeadOverview lead={lead} /> },
          {
            key: 'timeline',
            label: t('leads.timeline'),
            content: (
              <Timeline
                entity="leads"
                id={lead.id}
                chapter={search.kind}
                onChapter={(kind) => go({ ...search, kind })}
              />
            ),
          },
          ...(can('activities.read')
            ? [
                {
                  key: 'activities',
                  label: t('activities.title'),
                  content: <ActivitiesTab parent={{ kind: 'lead', id: lead.id }} name={lead.name} />,
                },
              ]
            : []),
          ...(can('notes.read')
            ? [
                {
                  key: 'notes',
                  label: t('notes.tab'),
                  content: <NotesTab parent={{ kind: 'lead', id: lead.id }} />,
                },
              ]
            : []),
          { key: 'history', label: t('leads.history'), content: <LeadHistory id={lead.id} /> },
          { key: 'data', label: t('leads.data'), content: <Metadata data={record(lead.metadata)} /> },
          ...(can('audit.read')
            ? [{ key: 'audit', label: t('leads.audit'), content: <AuditTab kind="lead" id={lead.id} /> }]
            : []),
        ]}
      />
      {converting && !clientId && <ConvertDialog lead={lead} onClose={() => setConverting(false)} />}
      {step.asking}
      {why.dialog}
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
