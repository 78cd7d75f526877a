import {
  type ColumnDef,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  type useTable,
} from '@tanstack/react-table';
import type { MouseEvent } from 'react';
import c from './DataTable.module.css';

export const features = tableFeatures({
  columnSizingFeature,
  columnResizingFeature,
  columnPinningFeature,
  columnVisibilityFeature,
  rowSelectionFeature,
  rowSortingFeature,
});
export type Features = typeof features;
// biome-ignore lint/suspicious/noExplicitAny: a column list mixes cell types
export type Col<T extends object> = ColumnDef<Features, T, any>;
export type Table<T extends object> = ReturnType<typeof useTable<Features, T>>;
export type ColumnMeta = { num?: boolean; label?: string };
export const metaOf = (def: { meta?: unknown }): ColumnMeta => (def.meta as ColumnMeta | undefined) ?? {};

export const SELECT = '__select';
export const HEAD = 36;

type Labels = { all: string; row: (name: string) => string };

/** Counts the selection's keys: asking the table would walk every loaded row on every render. */
const selected = (t: { store: { state: unknown } }) =>
  Object.keys((t.store.state as { rowSelection: object }).rowSelection).length;

export function selectColumn<T extends { name: string }>(
  labels: Labels,
  onToggle: (id: string, e: MouseEvent) => void,
): Col<T> {
  return {
    id: SELECT,
    size: 40,
    minSize: 40,
    maxSize: 40,
    enableResizing: false,
    enableSorting: false,
    enableHiding: false,
    header: ({ table }) => (
      <input
        type="checkbox"
        className={c.check}
        aria-label={labels.all}
        checked={selected(table) > 0 && selected(table) === table.options.data.length}
        ref={(el) => {
          const n = selected(table);
          if (el) el.indeterminate = n > 0 && n < table.options.data.length;
        }}
        onChange={table.getToggleAllRowsSelectedHandler()}
      />
    ),
    cell: ({ row }) => (
      <input
        type="checkbox"
        className={c.check}
        aria-label={labels.row(row.original.name)}
        checked={row.getIsSelected()}
        onClick={(e) => onToggle(row.id, e)}
        onChange={() => undefined}
      />
    ),
  };
}
