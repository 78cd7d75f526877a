import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconArrowRight,
  IconArrowsExchange,
  IconDots,
  IconPencil,
  IconTargetArrow,
  IconTrash,
} from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind } from '@/api/sales';
import { useUi } from '@/app/ui';
import { ErrorState, hueOrGrey, StatusPill, toast } from '@/components';
import { useExplain } from '@/components/explain/useExplain';
import { useTitle } from '@/components/page/useTitle';
import { AuditTab, RecordLayout, RecordNav, RecordSkeleton, Timeline } from '@/components/record';
import { useListSearch } from '@/data/listSearch';
import { listOf, useListOf } from '@/data/neighbours';
import { usePipelines } from '@/data/pipelines';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { recordTabs } from '../recordTabs';
import { ConvertDialog } from './ConvertDialog';
import { DealDrawer } from './DealDrawer';
import { DealFacts } from './DealFacts';
import { DealOverview } from './DealOverview';
import { dealListQuery } from './filters';
import { dealQuery, useDeleteDeal, useRestoreDeal } from './query';
import { StageHistory } from './StageHistory';
import { StagePath } from './StagePath';
import { useStageMove } from './useStageMove';

const PipelineDialog = lazy(async () => ({ default: (await import('./PipelineDialog')).PipelineDialog }));

export const DealPage = () => <Page kind="deals" />;
export const OpportunityPage = () => <Page kind="opportunities" />;

function Page({ kind }: { kind: DealKind }) {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as ListSearch;
  const list = useListOf(search.list, dealListQuery);
  const query = useQuery(dealQuery(kind, id));
  if (query.data) return <Loaded kind={kind} deal={query.data} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <RecordSkeleton
      nav={
        <RecordNav
          back={{ to: `/${kind}`, label: t(`deals.title.${kind}`) }}
          entity={kind}
          list={list}
          id={id}
          tab={search.tab}
        />
      }
    />
  );
}

function Loaded({ kind, deal }: { kind: DealKind; deal: Deal }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const can = useCan();
  const qc = useQueryClient();
  const navigate = useNavigate();
  const { search, go } = useListSearch();
  const list = useListOf(search.list, dealListQuery);
  const mover = useStageMove(kind);
  const remove = useDeleteDeal(kind);
  const restore = useRestoreDeal(kind);
  const [converting, setConverting] = useState(false);
  const [routing, setRouting] = useState(false);
  const one = kind === 'deals' ? 'deal' : 'opportunity';
  const why = useExplain({ type: one, id: deal.id, label: deal.name });
  const editable = can(`${kind}.update`);
  const pipelines = usePipelines();
  const elsewhere = editable && pipelines.list.some((p) => p.key !== deal.pipeline);
  const convertible = kind === 'opportunities' && !deal.deal_id && can('deals.create') && editable;
  useTitle(deal.name, branding.name);

  const del = () =>
    remove.mutate(deal.id, {
      onSuccess: () => {
        // this page is gone by then, and with it the callbacks of a plain `mutate`
        toast.undo(t(`deals.deleted.${kind}`, { name: deal.name }), () => {
          void restore
            .mutateAsync(deal.id)
            .then(() => navigate({ to: `/${kind}/${deal.id}` }))
            .catch(() => undefined);
        });
        void navigate({ to: `/${kind}`, search: listOf(search.list) as never });
      },
    });
  return (
    <>
      <RecordLayout
        back={{ to: `/${kind}`, label: t(`deals.title.${kind}`) }}
        entity={kind}
        // one that is being deleted has no place any more
        list={remove.isPending || remove.isSuccess ? { word: list.word } : list}
        id={deal.id}
        name={deal.name}
        pills={<StatusPill label={deal.stage_label} hue={hueOrGrey(deal.stage_hue)} />}
        onNear={(id) => void qc.prefetchQuery(dealQuery(kind, id))}
        head={<StagePath deal={deal} editable={editable} onStep={(stage) => mover.to(deal, stage)} />}
        actions={
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
            {editable && (
              <Button
                variant="default"
                leftSection={<IconPencil size={14} />}
                onClick={() => go({ ...search, edit: '1' })}
              >
                {t('deals.edit')}
              </Button>
            )}
            {(can(`${kind}.delete`) || elsewhere || why.item) && (
              <Menu position="bottom-start" withinPortal={false} floatingStrategy="fixed">
                <Menu.Target>
                  <ActionIcon
                    variant="default"
                    size={30}
                    aria-label={t('components.actionsFor', { name: deal.name })}
                  >
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  {elsewhere && (
                    <Menu.Item
                      leftSection={<IconArrowsExchange size={15} />}
                      onClick={() => setRouting(true)}
                    >
                      {t('deals.pipelineMove')}
                    </Menu.Item>
                  )}
                  {why.item}
                  {can(`${kind}.delete`) && (
                    <Menu.Item leftSection={<IconTrash size={15} />} c="var(--neg)" onClick={del}>
                      {t(`deals.delete.${kind}`)}
                    </Menu.Item>
                  )}
                </Menu.Dropdown>
              </Menu>
            )}
          </>
        }
        facts={<DealFacts kind={kind} deal={deal} editable={editable} />}
        tab={search.tab ?? 'overview'}
        onTab={(tab) => go({ ...search, tab: tab === 'overview' ? undefined : tab, kind: undefined })}
        tabs={[
          {
            key: 'overview',
            label: t('deals.overview'),
            content: <DealOverview kind={kind} deal={deal} />,
          },
          {
            key: 'timeline',
            label: t('deals.timeline'),
            content: (
              <Timeline
                entity={kind}
                id={deal.id}
                chapter={search.kind}
                onChapter={(chapter) => go({ ...search, kind: chapter })}
              />
            ),
          },
          ...recordTabs({ can, t, parent: { kind: one, id: deal.id }, name: deal.name }),
          { key: 'stages', label: t('deals.history'), content: <StageHistory kind={kind} deal={deal} /> },
          ...(can('audit.read')
            ? [{ key: 'audit', label: t('deals.audit'), content: <AuditTab kind={one} id={deal.id} /> }]
            : []),
        ]}
      />
      {mover.asking}
      {why.dialog}
      {routing && (
        <Suspense fallback={null}>
          <PipelineDialog kind={kind} deal={deal} onClose={() => setRouting(false)} />
        </Suspense>
      )}
      {converting && <ConvertDialog opportunity={deal} onClose={() => setConverting(false)} />}
      <DealDrawer
        kind={kind}
        deal={deal}
        opened={search.edit === '1' && editable}
        onClose={() => go({ ...search, edit: undefined })}
      />
    </>
  );
}
