import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconListSearch, IconRowInsertBottom, IconX } from '@tabler/icons-react';
import { type SortingState, useTable } from '@tanstack/react-table';
import { type ReactNode, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import { useFormat } from '@/app/ui';
import type { ListState } from '@/data/lists';
import { clearFilters, formatSort, isFiltered, type ListSearch, parseSort } from '@/lib/listSearch';
import { type Selection, sizeOf, useSelection } from '../bulk';
import { type Col, DataTable, features, metaOf, SELECT, selectColumn } from '../DataTable';
import { EmptyState, ErrorState } from '../States';
import { ColumnChooser } from './ColumnChooser';
import { FilterBar } from './FilterBar';
import { FindBox } from './FindBox';
import c from './list.module.css';
import type { FilterDef } from './types';
import { useTablePrefs } from './useTablePrefs';

const NO_PARAMS: Query = {};
type Row = { id: string; name: string };
type Props<T extends Row> = {
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
};

/** Toolbar, table, bulk bar and the four states (loading, nothing yet, no match, failed) of one server list. */
export function ListView<T extends Row>(props: Props<T>) {
  const { name, label, filters, search, onSearch, list, bulk } = props;
  const { t } = useTranslation();
  const f = useFormat();
  const [prefs, setPrefs] = useTablePrefs(name, props.hiddenByDefault ?? []);
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
            ...props.columns,
          ]
        : props.columns,
    [selectable, props.columns, toggle, t],
  );
  const sorting = useMemo<SortingState>(() => {
    const sort = parseSort(search.sort);
    return sort ? [{ id: sort.id, desc: sort.desc }] : [];
  }, [search.sort]);
  const pinning = useMemo(() => ({ start: selectable ? [SELECT, 'name'] : ['name'], end: [] }), [selectable]);
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (r: T) => r.id,
    manualSorting: true,
    enableMultiSort: false,
    columnResizeMode: 'onChange',
    columnResizeDirection: f.locale === 'ar' ? 'rtl' : 'ltr',
    state: {
      sorting,
      columnPinning: pinning,
      rowSelection: chosen.shown,
      columnVisibility: Object.fromEntries(prefs.hidden.map((id) => [id, false])),
      columnSizing: prefs.sizes,
    },
    onRowSelectionChange: chosen.replace,
    onColumnSizingChange: (u) => setPrefs((p) => ({ ...p, sizes: typeof u === 'function' ? u(p.sizes) : u })),
    onSortingChange: (u) => {
      const next = (typeof u === 'function' ? u(sorting) : u)[0];
      setSearch({ ...search, sort: formatSort(next ? { id: next.id, desc: next.desc } : null) });
    },
  });
  const size = selection ? sizeOf(selection) : 0;
  const keys = filters.map((x) => x.key);
  const filtered = isFiltered(search, keys);
  const failed = query.isError && !rows.length;
  const empty = !query.isLoading && !query.isError && rows.length === 0;

  return (
    <div className={c.page}>
      <div className={c.bar}>
        <FindBox value={search.q ?? ''} onChange={setQuery} />
        {filters.length > 0 && <FilterBar filters={filters} search={search} onChange={setSearch} />}
        <span className={c.grow} />
        <span className={c.count} aria-live="polite">
          {query.isLoading
            ? ''
            : t('components.list.total', { count: total, n: (list.estimate ? '~' : '') + f.int(total) })}
        </span>
        <ColumnChooser
          columns={table
            .getAllLeafColumns()
            .filter((x) => x.getCanHide())
            .map((x) => ({ id: x.id, label: metaOf(x.columnDef).label ?? x.id }))}
          hidden={prefs.hidden}
          onChange={(hidden) => setPrefs((p) => ({ ...p, hidden }))}
        />
        <Tooltip label={t('components.list.density')}>
          <ActionIcon
            aria-label={t('components.list.density')}
            aria-pressed={prefs.compact}
            onClick={() => setPrefs((p) => ({ ...p, compact: !p.compact }))}
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
          rowHeight={prefs.compact ? 32 : 40}
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
          <button type="button" aria-label={t('components.list.clearSelection')} onClick={clear}>
            <IconX size={14} aria-hidden />
          </button>
        </div>
      )}
    </div>
  );
}
