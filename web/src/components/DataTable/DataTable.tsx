import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { FlexRender } from '@tanstack/react-table';
import { type CSSProperties, type MouseEvent, type ReactNode, useMemo, useRef } from 'react';
import { Body } from './Body';
import { metaOf, type Table } from './core';
import c from './DataTable.module.css';
import { useComeBack } from './useComeBack';
import { useRowKeys } from './useRowKeys';

export type DataTableProps<T extends { id: string }> = {
  table: Table<T>;
  total: number;
  rowHeight: number;
  loading: boolean;
  refreshing?: boolean;
  complete: boolean;
  onNeedMore: () => void;
  label: string;
  /** Changes when cells must be drawn again although their row did not change. */
  drawKey?: string;
  fresh?: ReadonlySet<string>;
  children?: ReactNode;
  onOpen: (id: string, e: MouseEvent | KeyboardEvent) => void;
  /** A click beside the name shows the record next to the list; without it, it opens the record. */
  onPeek?: (id: string) => void;
  /** The row shown beside the list: it follows the keyboard. */
  peeked?: string;
  onToggle: (id: string) => void;
  onEdit?: (id: string, row: HTMLElement) => void;
  onAssign?: (id: string, row: HTMLElement) => void;
};

/** Scrolling re-renders only the body; the header and the toolbar around it stay untouched. */
export function DataTable<T extends { id: string }>(props: DataTableProps<T>) {
  const { table, label, total, drawKey = '' } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const jump = useRef<((index: number) => void) | null>(null);
  const { columnSizing, columnVisibility } = table.state;
  const leaf = table.getVisibleLeafColumns();
  const cols = leaf.map((x) => x.id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: recomputed when sizing or visibility changes
  const widths = useMemo(
    () => Object.fromEntries(leaf.map((x) => [`--w-${x.id}`, `${x.getSize()}px`])),
    [columnSizing, columnVisibility, cols],
  ) as CSSProperties;
  useRowKeys({ scroller, jump, rows: table.getRowModel().rows, ...props });
  useComeBack({ scroller, jump, rows: table.getRowModel().rows, loading: props.loading });

  const open = (e: MouseEvent<HTMLElement>) => {
    const target = e.target as HTMLElement;
    const row = target.closest<HTMLElement>('[data-row]');
    if (!row?.dataset.row) return;
    const link = target.closest('a');
    if (!link && target.closest('button,input,label,select')) return;
    if (link && (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0)) return;
    if (!link && window.getSelection()?.toString()) return;
    e.preventDefault();
    if (link || !props.onPeek) props.onOpen(row.dataset.row, e);
    else props.onPeek(row.dataset.row);
  };
  const openPage = (e: MouseEvent<HTMLElement>) => {
    const target = e.target as HTMLElement;
    const id = target.closest<HTMLElement>('[data-row]')?.dataset.row;
    if (id && props.onPeek && !target.closest('a,button,input,label,select')) props.onOpen(id, e);
  };

  return (
    <section
      ref={scroller}
      className={c.scroll}
      aria-label={label}
      aria-busy={props.loading || props.refreshing}
      tabIndex={0}
      style={widths}
      data-testid="grid"
    >
      <div
        role="table"
        aria-label={label}
        aria-rowcount={total + 1}
        className={c.table}
        style={{ width: table.getTotalSize() }}
        onClick={open}
        onDoubleClick={openPage}
        data-refreshing={props.refreshing || undefined}
      >
        <Header table={table} />
        <Body {...props} scroller={scroller} jump={jump} cols={cols + drawKey} />
      </div>
      {props.children}
    </section>
  );
}

function Header<T extends { id: string }>({ table }: { table: Table<T> }) {
  return (
    <div role="rowgroup" className={c.head}>
      {table.getHeaderGroups().map((group) => (
        <div role="row" aria-rowindex={1} key={group.id} className={c.hrow}>
          {group.headers.map((h) => {
            const sorted = h.column.getIsSorted();
            const pin = h.column.getIsPinned();
            return (
              <div
                role="columnheader"
                key={h.id}
                className={c.hcell}
                data-pin={pin || undefined}
                data-num={metaOf(h.column.columnDef).num || undefined}
                aria-sort={sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : undefined}
                style={{
                  width: `var(--w-${h.column.id})`,
                  insetInlineStart: pin ? h.column.getStart('start') : undefined,
                }}
              >
                {h.column.getCanSort() ? (
                  <button type="button" className={c.sort} onClick={h.column.getToggleSortingHandler()}>
                    <FlexRender header={h} />
                    {sorted === 'asc' && <IconArrowUp size={13} aria-hidden />}
                    {sorted === 'desc' && <IconArrowDown size={13} aria-hidden />}
                    {sorted && table.state.sorting.length > 1 && (
                      <span className={c.place} aria-hidden>
                        {h.column.getSortIndex() + 1}
                      </span>
                    )}
                  </button>
                ) : (
                  <FlexRender header={h} />
                )}
                {h.column.getCanResize() && (
                  <span
                    aria-hidden
                    className={c.resize}
                    onMouseDown={h.getResizeHandler()}
                    onTouchStart={h.getResizeHandler()}
                  />
                )}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}
