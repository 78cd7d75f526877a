import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Query } from '@/api/client';
import { useFresh } from '@/data/fresh';
import { useListSearch } from '@/data/listSearch';
import { listWord } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { AssignDialog, BulkActions } from '../bulk';
import type { BulkEntity } from '../bulk/selection';
import { exportRight } from '../export';
import { PickMenu, type PickOption } from '../PickMenu';
import { ListView, type ListViewProps, type Row } from './ListView';

const NO_FILTERS: never[] = [];

/** What stands in the address of a list's page, and ways to others. */
export type ListPage = {
  search: ListSearch;
  go: (next: ListSearch, replace?: boolean) => void;
  /** To a record's page, which knows the list it came from. */
  open: (id: string) => void;
};

/** The list's page below this path. `keep`: what a view or a cleared filter leaves as it is. */
export function useListPage(path: string, keep?: keyof ListSearch): ListPage {
  const navigate = useNavigate();
  const { search, go: to } = useListSearch();
  const kept = keep && search[keep];
  const go = useCallback(
    (next: ListSearch, replace?: boolean) => to(keep ? { [keep]: kept, ...next } : next, replace),
    [to, keep, kept],
  );
  const open = useCallback(
    (id: string) => void navigate({ to: `${path}/${id}`, search: { list: listWord(search) } as never }),
    [navigate, path, search],
  );
  return useMemo(() => ({ search, go, open }), [search, go, open]);
}

/** The value that is being picked in a row: its state or its stage. */
export type Picking<T> = {
  /** For the cell; null where nothing may be changed. */
  open: ((row: T, anchor: DOMRect) => void) | null;
  at: { row: T; anchor: DOMRect } | null;
  close: () => void;
};

export function usePicking<T>(allowed: boolean): Picking<T> {
  const [at, setAt] = useState<Picking<T>['at']>(null);
  const open = useCallback((row: T, anchor: DOMRect) => setAt({ row, anchor }), []);
  const close = useCallback(() => setAt(null), []);
  return { open: allowed ? open : null, at, close };
}

/** What a record beside its list is given. */
export type PeekProps<T> = {
  id: string;
  /** The row as the list knows it: something to show at once. */
  row: T | undefined;
  /** The list beside it, as the server is asked for it. */
  params: Query;
  onGo: (id: string) => void;
  onOpen: (id: string) => void;
  onClose: () => void;
};

type OfList = 'label' | 'columns' | 'hiddenByDefault' | 'desk' | 'list' | 'nothingYet' | 'lead';
type Props<T extends Row> = Pick<ListViewProps<T>, OfList> & {
  entity: BulkEntity;
  page: ListPage;
  params: Query;
  peek: (props: PeekProps<T>) => ReactNode;
  picking: Picking<T>;
  pick: {
    label: string;
    options: (row: T) => PickOption[];
    value: (row: T) => string;
    onPick: (row: T, value: string) => void;
  };
};

/**
 * A list of records with all that is done from it: open one, look at it beside the list, pick its state in place, give
 * it to somebody, change or export many at once.
 */
export function RecordList<T extends Row>({
  entity,
  page,
  list,
  params,
  picking,
  pick,
  peek,
  ...rest
}: Props<T>) {
  const can = useCan();
  const fresh = useFresh();
  const [assigning, setAssigning] = useState<string | null>(null);
  const { search, go, open } = page;
  const look = useCallback((id: string) => go({ ...search, peek: id }), [go, search]);
  const rowOf = (id: string) => list.rows.find((r) => r.id === id);
  const bulk = [`${entity}.assign`, `${entity}.update`, `${entity}.delete`, exportRight(entity)].some(can);
  const { at } = picking;
  return (
    <>
      <ListView<T>
        {...rest}
        name={entity}
        filters={NO_FILTERS}
        search={search}
        onSearch={go}
        list={list}
        fresh={fresh}
        params={params}
        exports={entity}
        bulk={
          bulk
            ? (selection, clear) => <BulkActions entity={entity} selection={selection} clear={clear} />
            : undefined
        }
        onOpen={open}
        onPeek={look}
        peeked={search.peek}
        peek={
          search.peek &&
          peek({
            id: search.peek,
            row: rowOf(search.peek),
            params,
            onGo: look,
            onOpen: open,
            onClose: () => go({ ...search, peek: undefined }),
          })
        }
        onEdit={
          picking.open
            ? (id, element) => {
                const row = rowOf(id);
                const pill = element.querySelector('[data-edit]');
                if (row && pill) picking.open?.(row, pill.getBoundingClientRect());
              }
            : undefined
        }
        onAssign={can(`${entity}.assign`) && can('users.read') ? setAssigning : undefined}
      />
      {at && (
        <PickMenu
          anchor={at.anchor}
          label={pick.label}
          options={pick.options(at.row)}
          value={pick.value(at.row)}
          onPick={(value) => value !== pick.value(at.row) && pick.onPick(at.row, value)}
          onClose={picking.close}
        />
      )}
      {assigning && (
        <AssignDialog
          entity={entity}
          selection={{ kind: 'rows', ids: [assigning] }}
          onClose={() => setAssigning(null)}
          onDone={() => setAssigning(null)}
        />
      )}
    </>
  );
}
