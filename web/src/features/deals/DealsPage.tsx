import { Button, Group, SegmentedControl, Select } from '@mantine/core';
import { IconChartBar, IconLayoutKanban, IconListDetails } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind } from '@/api/sales';
import { EmptyState } from '@/components';
import { AssignDialog, BulkActions, type Selection } from '@/components/bulk';
import { ExportButton, exportRight } from '@/components/export';
import { DeskBar, ListView, useCustomColumns } from '@/components/list';
import { PickMenu } from '@/components/PickMenu';
import { useFresh } from '@/data/fresh';
import { importRight } from '@/data/imports';
import { useList } from '@/data/lists';
import { listWord } from '@/data/neighbours';
import { stageOption, usePipelines } from '@/data/pipelines';
import { isFiltered, type ListSearch, valuesOf } from '@/lib/listSearch';
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
const NO_FILTERS: never[] = [];

/** One filter, three ways to look at it; which one stands in the address as `as=list`. */
function Desk({ kind }: { kind: DealKind }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const pipelines = usePipelines();
  const layout = LAYOUTS.find((x) => x === search.as) ?? 'board';
  const [named] = valuesOf(search, 'pipeline');
  const pipeline = (named && pipelines.of(named) ? named : undefined) ?? pipelines.first?.key;
  const fields = useDealFields(kind);

  // what a view or a cleared filter leaves out is not the layout
  const go = useCallback(
    (next: ListSearch, replace = true) =>
      void navigate({ to: '.', search: { as: search.as, ...next } as never, replace }),
    [navigate, search.as],
  );
  const open = useCallback(
    (id: string) => void navigate({ to: `/${kind}/${id}`, search: { list: listWord(search) } as never }),
    [navigate, kind, search],
  );
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
  const shared = { kind, search, go, open, lead, fields, nothing };
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
  search: ListSearch;
  go: (next: ListSearch, replace?: boolean) => void;
  open: (id: string) => void;
  lead: React.ReactNode;
  fields: ReturnType<typeof useDealFields>;
  nothing: { title: string; text?: string; action?: React.ReactNode };
};

function BoardOrForecast({
  kind,
  search,
  go,
  open,
  lead,
  fields,
  nothing,
  layout,
  pipeline,
  ready,
}: Shared & { layout: Layout; pipeline: string | undefined; ready: boolean }) {
  const { t } = useTranslation();
  const can = useCan();
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

function DealList({ kind, search, go, open, lead, fields, nothing }: Shared) {
  const { t } = useTranslation();
  const can = useCan();
  const params = useMemo(() => dealListQuery(search), [search]);
  const list = useList(kind, params);
  const pipelines = usePipelines();
  const fresh = useFresh();
  const mover = useStageMove(kind);
  const [editing, setEditing] = useState<{ deal: Deal; anchor: DOMRect } | null>(null);
  const [assigning, setAssigning] = useState<string | null>(null);
  const editable = can(`${kind}.update`);
  const openStage = useCallback((deal: Deal, anchor: DOMRect) => setEditing({ deal, anchor }), []);
  const own = useDealColumns(kind, editable ? openStage : null);
  const custom = useCustomColumns<Deal & { custom: unknown }>('deal');
  const columns = useMemo(() => [...own, ...(custom as typeof own)], [own, custom]);
  const peek = useCallback((id: string) => go({ ...search, peek: id }), [go, search]);
  const bulk = [...['assign', 'update', 'delete'].map((x) => `${kind}.${x}`), exportRight(kind)].some(can)
    ? (selection: Selection, clear: () => void) => (
        <BulkActions entity={kind} selection={selection} clear={clear} />
      )
    : undefined;
  return (
    <>
      <ListView<Deal>
        name={kind}
        label={t(`deals.title.${kind}`)}
        lead={lead}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        filters={NO_FILTERS}
        desk={{ entity: 'deal', fields, quick: DEAL_FILTERS }}
        search={search}
        onSearch={go}
        list={list}
        fresh={fresh}
        params={params}
        exports={kind}
        bulk={bulk}
        onOpen={open}
        onPeek={peek}
        peeked={search.peek}
        peek={
          search.peek && (
            <DealPeek
              kind={kind}
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
          editable
            ? (id, row) => {
                const deal = list.rows.find((r) => r.id === id);
                const pill = row.querySelector('[data-edit]');
                if (deal && pill) setEditing({ deal, anchor: pill.getBoundingClientRect() });
              }
            : undefined
        }
        onAssign={can(`${kind}.assign`) && can('users.read') ? (id) => setAssigning(id) : undefined}
        nothingYet={nothing}
      />
      {editing && (
        <PickMenu
          anchor={editing.anchor}
          label={t('deals.field.stage')}
          options={pipelines.stages(editing.deal.pipeline).map(stageOption)}
          value={editing.deal.stage}
          onPick={(stage) => stage !== editing.deal.stage && mover.to(editing.deal, stage)}
          onClose={() => setEditing(null)}
        />
      )}
      {assigning && (
        <AssignDialog
          entity={kind}
          selection={{ kind: 'rows', ids: [assigning] }}
          onClose={() => setAssigning(null)}
          onDone={() => setAssigning(null)}
        />
      )}
      {mover.asking}
    </>
  );
}
