import { canonical, conditionsOf, type Filter, readFilter, writeFilter } from './filters';
import { type ListSearch, valuesOf } from './listSearch';

/** What a saved view holds, and what a list's address says beside the search. */
export type ViewState = {
  filter: Filter;
  sort: string | null;
  columns: string[] | null;
  density: 'comfortable' | 'compact' | null;
};
/** What the server keeps. */
export type StoredQuery = {
  filter?: unknown;
  sort?: string | null;
  columns?: string[] | null;
  density?: string | null;
};

const density = (text: string | null | undefined): ViewState['density'] =>
  text === 'compact' || text === 'comfortable' ? text : null;

export function stateOf(search: ListSearch, quick: readonly string[]): ViewState {
  const columns = valuesOf(search, 'cols');
  return {
    filter: readFilter(search, quick),
    sort: search.sort ?? null,
    columns: columns.length ? columns : null,
    density: density(search.density),
  };
}

/** The address of a state; what else the address had is gone. */
export function searchOf(state: ViewState, quick: readonly string[], view?: string): ListSearch {
  return {
    ...writeFilter({}, state.filter, quick),
    sort: state.sort ?? undefined,
    cols: state.columns?.length ? state.columns.join(',') : undefined,
    density: state.density ?? undefined,
    view,
  };
}

export const fromStored = (query: StoredQuery): ViewState => ({
  filter: conditionsOf(query.filter),
  sort: query.sort || null,
  columns: query.columns?.length ? query.columns : null,
  density: density(query.density),
});

export const toStored = (state: ViewState): StoredQuery => ({
  filter: state.filter.length ? { and: state.filter } : null,
  sort: state.sort,
  columns: state.columns,
  density: state.density,
});

export const sameState = (a: ViewState, b: ViewState): boolean =>
  canonical(a.filter) === canonical(b.filter) &&
  a.sort === b.sort &&
  (a.density ?? 'comfortable') === (b.density ?? 'comfortable') &&
  (a.columns ?? []).join() === (b.columns ?? []).join();

/** Whether an address says nothing about the list: then the default view may open. */
export const isBare = (search: ListSearch, quick: readonly string[]): boolean =>
  !search.view && !search.q && sameState(stateOf(search, quick), stateOf({}, quick));
