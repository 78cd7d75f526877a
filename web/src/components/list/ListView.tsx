import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconListSearch, IconRowInsertBottom, IconX } from '@tabler/icons-react';
import { type SortingState, useTable } from '@tanstack/react-table';
import { type ReactNode, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import { useFormat } from '@/app/ui';
import type { CustomEntity } from '@/data/customFields';
import type { ListState } from '@/data/lists';
import { readFilter, writeFilter } from '@/lib/filters';
import { clearFilters, formatSorts, isFiltered, type ListSearch, parseSorts } from '@/lib/listSearch';
import { type Selection, sizeOf, useSelection } from '../bulk';
import { type Col, DataTable, features, metaOf, SELECT, selectColumn } from '../DataTable';
import { type Exportable, ExportButton, ExportSelected } from '../export';
import { EmptyState, ErrorState } from '../States';
import { ColumnChooser } from './ColumnChooser';
import { inNamedOrder, namedIn, shownAtFirst, toCols } from './columnOrder';
import { toId, toWord } from './desk/columnWords';
import { FilterTools } from './desk/FilterTools';
import type { FilterField } from './desk/fields';
import { SortMenu } from './desk/SortMenu';
import { ViewTabs } from './desk/ViewTabs';
import { FilterBar } from './FilterBar';
import { FindBox } from './FindBox';
import c from './list.module.css';
import type { FilterDef } from './types';
import { useHabits } from './useHabits';

const NO_PARAMS: Query = {};
const NONE: string[] = [];
export type Row = { id: string; name: string };
export type ListViewProps<T extends Row> = {
  name: string;
  label: string;
  columns: Col<T>[];
  hiddenByDefault?: string[];
  filters: FilterDef[];
  search: ListSearch;
  onSearch: (next: ListSearch, replace?: boolean) => void;
  list: ListState<T>;
  nothingYet: { title: string; text?: string; action?: ReactNode };
  /** What the server was asked for; with it everything that matches can be chosen. */
  params?: Query;
  bulk?: (selection: Selection, clear: () => void) => ReactNode;
  onOpen: (id: string, e: { metaKey: boolean; ctrlKey: boolean }) => void;
  onEdit?: (id: string, row: HTMLElement) => void;
  onPeek?: (id: string) => void;
  peeked?: string;
  /** The record shown beside the list. */
  peek?: ReactNode;
  fresh?: ReadonlySet<string>;
  drawKey?: string;
  /** What makes a list a desk: saved views, conditions over every field, a sort by several columns. */
  desk?: { entity: CustomEntity; fields: FilterField[]; quick: readonly string[] };
  onAssign?: (id: string, row: HTMLElement) => void;
  /** What a file of this list is a list of; with `params`. */
  exports?: Exportable;
  /** Before the search box: how else the same records are shown. */
  lead?: ReactNode;
};

/** Toolbar, table, bulk bar and the four states (loading, nothing yet, no match, failed) of one server list. */
export function ListView<T extends Row>(props: ListViewProps<T>) {
  const { name, label, filters, search, onSearch, list, bulk, desk } = props;
  const { t } = useTranslation();
  const f = useFormat();
  const hiddenByDefault = props.hiddenByDefault ?? NONE;
  const keys = useMemo(() => (desk ? [...desk.quick] : filters.map((x) => x.key)), [desk, filters]);
  const look = useHabits({ name, desk: desk?.entity, quick: keys, search, onSearch });
  const { query, rows, total } = list;
  const chosen = useSelection(list, props.params ?? NO_PARAMS);
  const { selection, clear, toggle } = chosen;

  const selectable = Boolean(bulk);
  const setSearch = (next: ListSearch, replace = true) => {
    clear();
    onSearch(next, replace);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the text may change, not the callback's identity
  const setQuery = useCallback((q: string) => setSearch({ ...search, q: q || undefined }), [search]);

  // an address names its columns in its order; what it does not name is hidden
  const named = useMemo(() => namedIn(look.cols), [look.cols]);
  const places = useMemo(
    () => props.columns.map((col) => ({ id: col.id ?? '', fixed: col.enableHiding === false, col })),
    [props.columns],
  );
  const inOrder = useMemo(() => inNamedOrder(places, named), [places, named]);
  const ordered = useMemo(() => inOrder.map((x) => x.col), [inOrder]);
  const columns = useMemo(
    () =>
      selectable
        ? [
            selectColumn<T>(
              {
                all: t('components.list.selectAll'),
                row: (n) => t('components.list.selectRow', { name: n }),
              },
              toggle,
            ),
            ...ordered,
          ]
        : ordered,
    [selectable, ordered, toggle, t],
  );
  const sorting = useMemo<SortingState>(
    () => parseSorts(search.sort).map((s) => ({ ...s, id: toId(s.id) })),
    [search.sort],
  );
  const setSorting = (next: readonly { id: string; desc: boolean }[]) =>
    setSearch({ ...search, sort: formatSorts(next.map((s) => ({ ...s, id: toWord(s.id) }))) });
  const isShown = (x: (typeof places)[number]) =>
    named ? x.fixed || named.includes(x.id) : shownAtFirst(x, hiddenByDefault);
  const show = (cols: string | undefined) => {
    if (look.free) look.update({ cols });
    onSearch({ ...search, cols }, true);
  };
  const { compact } = look;
  const pinning = useMemo(() => ({ start: selectable ? [SELECT, 'name'] : ['name'], end: [] }), [selectable]);
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (r: T) => r.id,
    manualSorting: true,
    enableMultiSort: Boolean(desk),
    maxMultiSortColCount: 3,
    columnResizeMode: 'onChange',
    columnResizeDirection: f.locale === 'ar' ? 'rtl' : 'ltr',
    state: {
      sorting,
      columnPinning: pinning,
      rowSelection: chosen.shown,
      columnVisibility: Object.fromEntries(places.map((x) => [x.id, isShown(x)])),
      columnSizing: look.sizes,
    },
    onRowSelectionChange: chosen.replace,
    onColumnSizingChange: (u) => look.update({ sizes: typeof u === 'function' ? u(look.sizes) : u }),
    onSortingChange: (u) => {
      const next = typeof u === 'function' ? u(sorting) : u;
      setSorting(desk ? next : next.slice(0, 1));
    },
  });
  const size = selection ? sizeOf(selection) : 0;
  const filtered = isFiltered(search, keys);
  const failed = query.isError && !rows.length;
  const empty = !query.isLoading && !query.isError && rows.length === 0;

  const onScreen = () =>
    table
      .getVisibleLeafColumns()
      .filter((x) => x.id !== SELECT && x.id !== 'actions')
      .map((x) => toWord(x.id));

  return (
    <div className={c.page}>
      {desk && (
        <ViewTabs
          entity={desk.entity}
          quick={desk.quick}
          fields={desk.fields}
          search={search}
          onSearch={setSearch}
        />
      )}
      <div className={c.bar}>
        {props.lead}
        <FindBox value={search.q ?? ''} onChange={setQuery} />
        {desk ? (
          <>
            <FilterTools
              fields={desk.fields}
              filter={readFilter(search, desk.quick)}
              onChange={(next) => setSearch(writeFilter(search, next, desk.quick))}
            />
            <SortMenu
              columns={props.columns
                .filter((x) => x.enableSorting)
                .map((x) => ({ id: x.id ?? '', label: metaOf(x).label ?? x.id ?? '' }))}
              sorts={sorting}
              onChange={setSorting}
            />
          </>
        ) : (
          filters.length > 0 && <FilterBar filters={filters} search={search} onChange={setSearch} />
        )}
        <span className={c.grow} />
        <span className={c.count} aria-live="polite">
          {query.isLoading
            ? ''
            : t('components.list.total', { count: total, n: (list.estimate ? '~' : '') + f.int(total) })}
        </span>
        <ColumnChooser
          columns={inOrder
            .filter((x) => !x.fixed)
            .map((x) => ({ id: x.id, label: metaOf(x.col).label ?? x.id, shown: isShown(x) }))}
          onChange={(shown) => show(toCols(places, shown, hiddenByDefault))}
          onReset={named ? () => show(undefined) : undefined}
        />
        {props.exports && (
          <ExportButton
            entity={props.exports}
            params={props.params ?? NO_PARAMS}
            columns={onScreen()}
            total={total}
            estimate={list.estimate}
            search={search}
            onSearch={onSearch}
          />
        )}
        <Tooltip label={t('components.list.density')}>
          <ActionIcon
            aria-label={t('components.list.density')}
            aria-pressed={compact}
            onClick={() => {
              if (look.free) look.update({ compact: !compact });
              onSearch({ ...search, density: compact ? undefined : 'compact' }, true);
            }}
          >
            <IconRowInsertBottom size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      {failed ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          table={table}
          total={total}
          rowHeight={compact ? 32 : 40}
          loading={query.isLoading}
          refreshing={query.isPlaceholderData}
          complete={!query.hasNextPage}
          onNeedMore={list.more}
          label={label}
          drawKey={`${f.locale}${props.drawKey ?? ''}`}
          fresh={props.fresh}
          onOpen={props.onOpen}
          onPeek={props.onPeek}
          peeked={props.peeked}
          onToggle={toggle}
          onEdit={props.onEdit}
          // a selection has keys of its own
          onAssign={selection ? undefined : props.onAssign}
        >
          {empty &&
            (filtered ? (
              <EmptyState
                icon={<IconListSearch size={20} stroke={1.6} />}
                title={t('components.list.noMatch')}
                text={t('components.list.noMatchText')}
                action={
                  <Button variant="default" onClick={() => setSearch(clearFilters(search, keys))}>
                    {t('components.list.clear')}
                  </Button>
                }
              />
            ) : (
              <EmptyState {...props.nothingYet} />
            ))}
          {query.isFetchNextPageError && (
            <ErrorState compact error={query.error} onRetry={() => void query.fetchNextPage()} />
          )}
        </DataTable>
      )}
      {props.peek}
      {bulk && selection && (
        <div className={c.bulk} role="toolbar" aria-label={t('components.list.bulk')}>
          <b className="num">
            {selection.kind === 'all' && !selection.except.length
              ? t('bulk.allSelected', { n: (list.estimate ? '~' : '') + f.int(size) })
              : t('components.list.selected', { count: size, n: f.int(size) })}
          </b>
          {props.params && chosen.canTakeAll && (
            <button type="button" onClick={chosen.everything}>
              {t('bulk.selectAll', { n: (list.estimate ? '~' : '') + f.int(total) })}
            </button>
          )}
          {bulk(selection, clear)}
          {props.exports && (
            <ExportSelected
              entity={props.exports}
              selection={selection}
              params={props.params ?? NO_PARAMS}
              columns={onScreen()}
              total={total}
              estimate={list.estimate}
            />
          )}
          <button type="button" aria-label={t('components.list.clearSelection')} onClick={clear}>
            <IconX size={14} aria-hidden />
          </button>
        </div>
      )}
    </div>
  );
}
