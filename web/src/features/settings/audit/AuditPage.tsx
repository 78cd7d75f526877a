import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, SkeletonLines } from '@/components';
import { ExportButton } from '@/components/export';
import { FilterBar } from '@/components/list';
import { useListSearch } from '@/data/listSearch';
import { useList } from '@/data/lists';
import { clearFilters, isFiltered } from '@/lib/listSearch';
import c from '../settings.module.css';
import { Chain } from './Chain';
import { Entry } from './Entry';
import { AUDIT_FILTERS, auditQuery, useAuditFilters } from './filters';

export function AuditPage() {
  const { t } = useTranslation();
  const { search, go } = useListSearch();
  const params = useMemo(() => auditQuery(search), [search]);
  const list = useList('audit', params, 50);
  const { query, rows } = list;
  const filters = useAuditFilters(rows, search);
  return (
    <div className={c.column}>
      <Chain>
        <FilterBar filters={filters} search={search} onChange={go} />
        <ExportButton
          entity="audit"
          params={params}
          total={list.total}
          estimate={list.estimate}
          search={search}
          onSearch={go}
        />
      </Chain>
      <section className={c.scroll} aria-label={t('audit.title')} tabIndex={0}>
        {query.isLoading && (
          <div className={c.page}>
            <SkeletonLines lines={12} gap={28} />
          </div>
        )}
        {query.isError && !rows.length && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.isSuccess &&
          !rows.length &&
          (isFiltered(search, AUDIT_FILTERS) ? (
            <EmptyState
              title={t('components.list.noMatch')}
              action={
                <Button variant="default" onClick={() => go(clearFilters(search, AUDIT_FILTERS))}>
                  {t('components.list.clear')}
                </Button>
              }
            />
          ) : (
            <EmptyState title={t('audit.nothing')} />
          ))}
        <ol className={c.entries}>
          {rows.map((e) => (
            <Entry
              key={e.id}
              entry={e}
              onRecord={(id) => go({ ...search, resource_id: id })}
              filtered={Boolean(search.resource_id)}
            />
          ))}
        </ol>
        {query.hasNextPage && (
          <div className={c.foot}>
            <Button variant="default" loading={query.isFetchingNextPage} onClick={list.more}>
              {t('components.showMore')}
            </Button>
          </div>
        )}
      </section>
    </div>
  );
}
