import { Button, Group, SegmentedControl, Select } from '@mantine/core';
import { IconChartBar, IconLayoutKanban, IconListDetails } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind } from '@/api/sales';
import { EmptyState } from '@/components';
import { ExportButton } from '@/components/export';
import {
  DeskBar,
  type ListPage,
  RecordList,
  useCustomColumns,
  useListPage,
  usePicking,
} from '@/components/list';
import { importRight } from '@/data/imports';
import { useList } from '@/data/lists';
import { stageOption, usePipelines } from '@/data/pipelines';
import { isFiltered, valuesOf } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { BoardView } from './board/BoardView';
import { HIDDEN_BY_DEFAULT, useDealColumns } from './columns';
import { DealDrawer } from './DealDrawer';
import { DealPeek } from './DealPeek';
import c from './deals.module.css';
import { ForecastView } from './ForecastView';
import { BOARD_FILTERS, boardParams, DEAL_FILTERS, dealListQuery, useDealFields } from './filters';
import { boardQuery } from './query';
import { useStageMove } from './useStageMove';

export const DealsPage = () => <Desk key="deals" kind="deals" />;
export const OpportunitiesPage = () => <Desk key="opportunities" kind="opportunities" />;

const LAYOUTS = ['board', 'list', 'forecast'] as const;
type Layout = (typeof LAYOUTS)[number];
const ICONS = { board: IconLayoutKanban, list: IconListDetails, forecast: IconChartBar };

/** One filter, three ways to look at it; which one stands in the address as `as=list`. */
function Desk({ kind }: { kind: DealKind }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const page = useListPage(`/${kind}`, 'as');
  const { search, go } = page;
  const pipelines = usePipelines();
  const layout = LAYOUTS.find((x) => x === search.as) ?? 'board';
  const [named] = valuesOf(search, 'pipeline');
  const pipeline = (named && pipelines.of(named) ? named : undefined) ?? pipelines.first?.key;
  const fields = useDealFields(kind);

  const action = (
    <Group gap="sm" justify="center">
      {can(`${kind}.create`) && (
        <Button onClick={() => go({ ...search, new: '1' }, false)}>{t(`deals.add.${kind}`)}</Button>
      )}
      {can(importRight(kind)) && can(`${kind}.create`) && (
        <Button
          variant="default"
          onClick={() => void navigate({ to: '/imports/new', search: { entity: kind } as never })}
        >
          {t(`deals.import.${kind}`)}
        </Button>
      )}
    </Group>
  );
  const nothing = { title: t(`deals.nothing.${kind}`), text: t(`deals.nothingText.${kind}`), action };
  const lead = (
    <>
      <SegmentedControl
        size="xs"
        classNames={{ root: c.layouts }}
        aria-label={t('deals.layout.label')}
        value={layout}
        onChange={(v) => go({ ...search, as: v === 'board' ? undefined : v, peek: undefined })}
        data={LAYOUTS.map((value) => {
          const Glyph = ICONS[value];
          return {
            value,
            label: (
              <span className={c.layout}>
                <Glyph size={15} stroke={1.7} aria-hidden />
                {t(`deals.layout.${value}`)}
              </span>
            ),
          };
        })}
      />
      {layout !== 'list' && pipelines.list.length > 1 && (
        <Select
          size="xs"
          w={150}
          aria-label={t('deals.field.pipeline')}
          data={pipelines.options}
          value={pipeline ?? null}
          allowDeselect={false}
          onChange={(v) => go({ ...search, pipeline: v ?? undefined, stage: undefined })}
        />
      )}
    </>
  );
  const shared = { kind, page, lead, fields, nothing };
  return (
    <>
      {layout === 'list' ? (
        <DealList {...shared} />
      ) : (
        <BoardOrForecast {...shared} layout={layout} pipeline={pipeline} ready={pipelines.ready} />
      )}
      <DealDrawer
        kind={kind}
        preset={{ pipeline: layout === 'list' ? undefined : pipeline }}
        opened={search.new === '1' && can(`${kind}.create`)}
        onClose={() => go({ ...search, new: undefined })}
        onDone={(id) => void navigate({ to: `/${kind}/${id}` })}
      />
    </>
  );
}

type Shared = {
  kind: DealKind;
  page: ListPage;
  lead: React.ReactNode;
  fields: ReturnType<typeof useDealFields>;
  nothing: { title: string; text?: string; action?: React.ReactNode };
};

function BoardOrForecast({
  kind,
  page,
  lead,
  fields,
  nothing,
  layout,
  pipeline,
  ready,
}: Shared & { layout: Layout; pipeline: string | undefined; ready: boolean }) {
  const { t } = useTranslation();
  const can = useCan();
  const { search, go, open } = page;
  const params = useMemo(() => boardParams(search, pipeline ?? ''), [search, pipeline]);
  const own = useMemo(() => fields.filter((f) => f.key !== 'pipeline'), [fields]);
  // a forecast does not count its deals: that is asked for with the file
  const counts = layout === 'board' || search.export === '1';
  const board = useQuery({ ...boardQuery(kind, params), enabled: Boolean(pipeline) && counts });
  const total = board.data?.columns.reduce((sum, column) => sum + column.count, 0) ?? 0;
  return (
    <div className={c.page}>
      <DeskBar
        entity="deal"
        viewsQuick={DEAL_FILTERS}
        quick={BOARD_FILTERS}
        fields={own}
        search={search}
        onSearch={go}
        lead={lead}
      >
        {pipeline && (
          <ExportButton
            entity={kind}
            params={params}
            total={total}
            estimate={false}
            search={search}
            onSearch={go}
          />
        )}
      </DeskBar>
      {!pipeline ? (
        ready && <EmptyState title={t('deals.noPipeline')} text={t('deals.noPipelineText')} />
      ) : layout === 'board' ? (
        <BoardView
          kind={kind}
          params={params}
          editable={can(`${kind}.update`)}
          onOpen={open}
          filtered={isFiltered(search, BOARD_FILTERS)}
          nothing={<EmptyState {...nothing} />}
        />
      ) : (
        <ForecastView kind={kind} params={params} search={search} onSearch={go} />
      )}
    </div>
  );
}

function DealList({ kind, page, lead, fields, nothing }: Shared) {
  const { t } = useTranslation();
  const can = useCan();
  const params = useMemo(() => dealListQuery(page.search), [page.search]);
  const list = useList(kind, params);
  const pipelines = usePipelines();
  const mover = useStageMove(kind);
  const picking = usePicking<Deal>(can(`${kind}.update`));
  const own = useDealColumns(kind, picking.open);
  const custom = useCustomColumns<Deal & { custom: unknown }>('deal');
  const columns = useMemo(() => [...own, ...(custom as typeof own)], [own, custom]);
  return (
    <>
      <RecordList<Deal>
        entity={kind}
        label={t(`deals.title.${kind}`)}
        lead={lead}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        desk={{ entity: 'deal', fields, quick: DEAL_FILTERS }}
        page={page}
        params={params}
        list={list}
        peek={(props) => <DealPeek {...props} kind={kind} />}
        picking={picking}
        pick={{
          label: t('deals.field.stage'),
          options: (deal) => pipelines.stages(deal.pipeline).map(stageOption),
          value: (deal) => deal.stage,
          onPick: (deal, stage) => mover.to(deal, stage),
        }}
        nothingYet={nothing}
      />
      {mover.asking}
    </>
  );
}
