import { type ReactNode, useCallback } from 'react';
import type { CustomEntity } from '@/data/customFields';
import { readFilter, writeFilter } from '@/lib/filters';
import type { ListSearch } from '@/lib/listSearch';
import { FilterTools } from './desk/FilterTools';
import type { FilterField } from './desk/fields';
import { ViewTabs } from './desk/ViewTabs';
import { FindBox } from './FindBox';
import c from './list.module.css';

type Props = {
  entity: CustomEntity;
  /** Conditions in the short form, as views keep them, and as they are shown here. */
  viewsQuick: readonly string[];
  quick: readonly string[];
  fields: FilterField[];
  search: ListSearch;
  onSearch: (next: ListSearch, replace?: boolean) => void;
  /** Before the search box. */
  lead?: ReactNode;
  children?: ReactNode;
};

/** Views, search and filter of a list, for what shows the same records in another form than a table. */
export function DeskBar(props: Props) {
  const { entity, viewsQuick, quick, fields, search, onSearch, lead, children } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the text may change, not the callback's identity
  const setQuery = useCallback((q: string) => onSearch({ ...search, q: q || undefined }), [search]);
  return (
    <>
      <ViewTabs entity={entity} quick={viewsQuick} fields={fields} search={search} onSearch={onSearch} />
      <div className={c.bar}>
        {lead}
        <FindBox value={search.q ?? ''} onChange={setQuery} />
        <FilterTools
          fields={fields}
          filter={readFilter(search, quick)}
          onChange={(next) => onSearch(writeFilter(search, next, quick))}
        />
        <span className={c.grow} />
        {children}
      </div>
    </>
  );
}
