import { Button, Menu } from '@mantine/core';
import { IconArrowRight, IconArrowsExchange, IconTargetArrow } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind } from '@/api/sales';
import { RecordPage, RecordView, useRemoval } from '@/components/record';
import { usePipelines } from '@/data/pipelines';
import { useCan } from '@/session/session';
import { recordTabs } from '../recordTabs';
import { ConvertDialog } from './ConvertDialog';
import { DealDrawer } from './DealDrawer';
import { DealFacts } from './DealFacts';
import { DealOverview } from './DealOverview';
import { KINDS } from './kind';
import { useDeleteDeal, useRestoreDeal } from './query';
import { StageHistory } from './StageHistory';
import { StagePath } from './StagePath';
import { useStageMove } from './useStageMove';

const PipelineDialog = lazy(async () => ({ default: (await import('./PipelineDialog')).PipelineDialog }));

export const DealPage = () => <Page kind="deals" />;
export const OpportunityPage = () => <Page kind="opportunities" />;

const Page = ({ kind }: { kind: DealKind }) => (
  <RecordPage kind={KINDS[kind]}>{(deal) => <Loaded kind={kind} deal={deal} />}</RecordPage>
);

function Loaded({ kind, deal }: { kind: DealKind; deal: Deal }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const mover = useStageMove(kind);
  const [converting, setConverting] = useState(false);
  const [routing, setRouting] = useState(false);
  const removal = useRemoval({
    entity: kind,
    id: deal.id,
    remove: useDeleteDeal(kind),
    restore: useRestoreDeal(kind),
    what: deal.id,
    label: t(`deals.delete.${kind}`),
    done: t(`deals.deleted.${kind}`, { name: deal.name }),
  });
  const editable = can(`${kind}.update`);
  const pipelines = usePipelines();
  const elsewhere = editable && pipelines.list.some((p) => p.key !== deal.pipeline);
  const convertible = kind === 'opportunities' && !deal.deal_id && can('deals.create') && editable;
  return (
    <RecordView
      kind={KINDS[kind]}
      record={deal}
      head={<StagePath deal={deal} editable={editable} onStep={(stage) => mover.to(deal, stage)} />}
      facts={<DealFacts kind={kind} deal={deal} editable={editable} />}
      overview={<DealOverview kind={kind} deal={deal} />}
      removal={removal}
      buttons={
        <>
          {convertible && (
            <Button leftSection={<IconTargetArrow size={15} />} onClick={() => setConverting(true)}>
              {t('deals.toDeal')}
            </Button>
          )}
          {deal.deal_id && can('deals.read') && (
            <Button
              variant="default"
              rightSection={<IconArrowRight size={14} className="flip" />}
              onClick={() => void navigate({ to: `/deals/${deal.deal_id}` })}
            >
              {t('deals.openDeal')}
            </Button>
          )}
        </>
      }
      items={
        elsewhere && (
          <Menu.Item leftSection={<IconArrowsExchange size={15} />} onClick={() => setRouting(true)}>
            {t('deals.pipelineMove')}
          </Menu.Item>
        )
      }
      tabs={[
        ...recordTabs({ can, t, parent: { kind: KINDS[kind].one, id: deal.id }, name: deal.name }),
        { key: 'stages', label: t('deals.history'), content: <StageHistory kind={kind} deal={deal} /> },
      ]}
      form={(state) => <DealDrawer kind={kind} deal={deal} {...state} />}
    >
      {mover.asking}
      {routing && (
        <Suspense fallback={null}>
          <PipelineDialog kind={kind} deal={deal} onClose={() => setRouting(false)} />
        </Suspense>
      )}
      {converting && <ConvertDialog opportunity={deal} onClose={() => setConverting(false)} />}
    </RecordView>
  );
}
