import type { ReactNode } from 'react';
import type { Col } from '../DataTable';

type More = { sort?: boolean; fixed?: boolean; num?: boolean; quiet?: boolean };

/** A column by the field's name, its label and what a cell shows. */
export function column<T extends object>(
  id: string,
  label: string,
  size: number,
  cell: (row: T) => ReactNode,
  more: More = {},
): Col<T> {
  return {
    id,
    accessorFn: (row: T) => (row as Record<string, unknown>)[id],
    size,
    header: () => (more.quiet ? <span className="sr-only">{label}</span> : label),
    enableSorting: more.sort ?? false,
    enableHiding: !more.fixed,
    meta: { label, num: more.num },
    cell: ({ row }: { row: { original: T } }) => cell(row.original),
  } as Col<T>;
}
