import { FlexRender, type Row } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, type RefObject, useEffect } from 'react';
import { type Features, HEAD, metaOf } from './core';
import type { DataTableProps } from './DataTable';
import c from './DataTable.module.css';

type RowProps<T extends object> = {
  row: Row<Features, T>;
  top: number;
  height: number;
  index: number;
  selected: boolean;
  fresh: boolean;
  peeked: boolean;
  cols: string;
  data: T;
};

const RowView = memo(
  function RowView<T extends object>({ row, top, height, index, selected, fresh, peeked }: RowProps<T>) {
    return (
      <div
        role="row"
        aria-rowindex={index + 2}
        className={c.row}
        data-row={row.id}
        data-index={index}
        data-selected={selected || undefined}
        data-fresh={fresh || undefined}
        data-peeked={peeked || undefined}
        style={{ transform: `translateY(${top}px)`, height }}
      >
        {row.getVisibleCells().map((cell) => {
          const pin = cell.column.getIsPinned();
          return (
            <div
              role="cell"
              key={cell.id}
              className={c.cell}
              data-pin={pin || undefined}
              data-col={cell.column.id}
              data-num={metaOf(cell.column.columnDef).num || undefined}
              style={{
                width: `var(--w-${cell.column.id})`,
                insetInlineStart: pin ? cell.column.getStart('start') : undefined,
              }}
            >
              <FlexRender cell={cell} />
            </div>
          );
        })}
      </div>
    );
  },
  (a, b) =>
    a.row.id === b.row.id &&
    a.top === b.top &&
    a.selected === b.selected &&
    a.fresh === b.fresh &&
    a.peeked === b.peeked &&
    a.cols === b.cols &&
    a.data === b.data &&
    a.height === b.height,
) as <T extends object>(p: RowProps<T>) => ReactNode;

type Props<T extends { id: string }> = DataTableProps<T> & {
  scroller: RefObject<HTMLDivElement | null>;
  jump: RefObject<((index: number) => void) | null>;
  cols: string;
};
const AHEAD = 60;
const NONE: ReadonlySet<string> = new Set();

export function Body<T extends { id: string }>({
  table,
  scroller,
  jump,
  total,
  rowHeight,
  loading,
  complete,
  onNeedMore,
  cols,
  fresh = NONE,
  peeked,
}: Props<T>) {
  const rows = table.getRowModel().rows;
  const selection = table.state.rowSelection;
  const waiting = complete ? 0 : Math.min(12, Math.max(0, total - rows.length));
  const count = loading ? 18 : rows.length + waiting;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD + 4,
    scrollPaddingEnd: 8,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measure again when the density changes
  useEffect(() => virtual.measure(), [rowHeight, virtual]);
  useEffect(() => {
    jump.current = (index) => virtual.scrollToIndex(index, { align: 'auto' });
  }, [jump, virtual]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length && !complete && last >= rows.length - AHEAD) onNeedMore();
  }, [last, rows.length, complete, onNeedMore]);

  return (
    <div role="rowgroup" className={c.body} style={{ height: virtual.getTotalSize() }}>
      {items.map((item) => {
        const row = loading ? undefined : rows[item.index];
        const top = item.start - HEAD;
        return row ? (
          <RowView
            key={row.id}
            row={row}
            data={row.original}
            index={item.index}
            top={top}
            height={rowHeight}
            selected={Boolean(selection[row.id])}
            fresh={fresh.has(row.id)}
            peeked={row.id === peeked}
            cols={cols}
          />
        ) : (
          <div
            key={`waiting-${item.index}`}
            role="row"
            className={c.row}
            style={{ transform: `translateY(${top}px)`, height: rowHeight }}
          >
            {table.getVisibleLeafColumns().map((x, i) => (
              <div role="cell" key={x.id} className={c.cell} style={{ width: `var(--w-${x.id})` }}>
                <span
                  className="skeleton"
                  style={{ width: i ? `${40 + ((item.index * 7 + i * 13) % 45)}%` : 15 }}
                />
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}
