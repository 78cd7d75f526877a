import { Button } from '@mantine/core';
import { IconArrowRight, IconUserCheck } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Lead, record } from '@/api/types';
import { diffText } from '@/components';
import { RecordPage, RecordView } from '@/components/record';
import { humanise } from '@/data/lookups';
import { useCan } from '@/session/session';
import { recordTabs } from '../recordTabs';
import { ConvertDialog } from './ConvertDialog';
import { LEAD } from './kind';
import { LeadDrawer } from './LeadDrawer';
import { LeadFacts } from './LeadFacts';
import { LeadHistory } from './LeadHistory';
import { LeadOverview } from './LeadOverview';
import c from './leads.module.css';
import { StatusFlow } from './StatusFlow';
import { useStatusStep } from './useStatusStep';

export const LeadPage = () => <RecordPage kind={LEAD}>{(lead) => <Loaded lead={lead} />}</RecordPage>;

function Loaded({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const [converting, setConverting] = useState(false);
  const step = useStatusStep(lead, () => setConverting(true));
  const editable = can('leads.update');
  const clientId = lead.converted_client_id;
  return (
    <RecordView
      kind={LEAD}
      record={lead}
      head={<StatusFlow lead={lead} editable={editable} onStep={step.to} />}
      facts={<LeadFacts lead={lead} editable={editable} onStatus={step.to} />}
      overview={<LeadOverview lead={lead} />}
      buttons={
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
        </>
      }
      tabs={[
        ...recordTabs({ can, t, parent: { kind: 'lead', id: lead.id }, name: lead.name }),
        { key: 'history', label: t('leads.history'), content: <LeadHistory id={lead.id} /> },
        { key: 'data', label: t('leads.data'), content: <Metadata data={record(lead.metadata)} /> },
      ]}
      form={(state) => <LeadDrawer lead={lead} {...state} />}
    >
      {converting && !clientId && <ConvertDialog lead={lead} onClose={() => setConverting(false)} />}
      {step.asking}
    </RecordView>
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
