import { Button } from '@mantine/core';
import { IconCategory, IconCircleDot, IconFileSpreadsheet } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTable } from '@tanstack/react-table';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, Person, RelativeTime, StatusPill } from '@/components';
import { DataTable, features } from '@/components/DataTable';
import { column, FilterBar, type FilterDef } from '@/components/list';
import cells from '@/components/list/cells.module.css';
import { useListSearch } from '@/data/listSearch';
import { rememberPlace } from '@/data/place';
import { apiQuery, clearFilters, isFiltered, type ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { DropPanel } from './DropPanel';
import c from './imports.module.css';
import { percent, workOf } from './progress';
import { useImports, useKeep } from './query';
import { isOpenYet, isWorking } from './steps';
import { ENTITIES, type Import, mayImport } from './types';
import { useImportWords } from './words';

const FILTERS = ['entity', 'status'];
const SHOWN = ['previewed', 'running', 'paused', 'done', 'failed', 'cancelled', 'undone'] as const;
const PINNED = { start: ['filename'], end: [] };

export function ImportsPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const navigate = useNavigate();
  const words = useImportWords();
  const keep = useKeep();
  const { search, go } = useListSearch();
  const params = useMemo(() => apiQuery(search, FILTERS), [search]);
  const { query, rows, total } = useImports(params);
  const open = (id: string) => {
    rememberPlace('/imports', id);
    void navigate({ to: `/imports/${id}` });
  };
  // the key for "create" comes here like to every list
  useEffect(() => {
    if (search.new === '1') void navigate({ to: '/imports/new', replace: true });
  }, [search.new, navigate]);

  const filters = useMemo<FilterDef[]>(
    () => [
      {
        key: 'entity',
        label: t('imports.list.entity'),
        icon: IconCategory,
        options: ENTITIES.filter((e) => mayImport(can, e)).map((value) => ({
          value,
          label: t(`imports.entity.${value}`),
        })),
      },
      {
        key: 'status',
        label: t('imports.list.status'),
        icon: IconCircleDot,
        options: SHOWN.map((status) => ({
          value: status,
          label: words.status({ status }),
          hue: words.hue({ status }),
        })),
      },
    ],
    [t, can, words],
  );
  const columns = useMemo(
    () => [
      column<Import>(
        'filename',
        t('imports.list.file'),
        250,
        (i) => (
          <a href={`/imports/${i.id}`} className={cells.name}>
            <IconFileSpreadsheet size={16} stroke={1.6} className={c.fileIcon} aria-hidden />
            <bdi className={cells.ell}>{i.filename}</bdi>
          </a>
        ),
        { fixed: true },
      ),
      column<Import>('status', t('imports.list.status'), 142, (i) => (
        <StatusPill
          label={isWorking(i) ? `${words.status(i)} ${f.percent(percent(workOf(i)) / 100)}` : words.status(i)}
          hue={words.hue(i)}
        />
      )),
      column<Import>('entity', t('imports.list.entity'), 90, (i) => t(`imports.entity.${i.entity}`)),
      column<Import>('total', t('imports.list.rows'), 92, (i) => f.int(i.total || i.rows_estimate), {
        num: true,
      }),
      ...(['created', 'updated', 'skipped', 'failed'] as const).map((key) =>
        column<Import>(
          key,
          t(`imports.outcome.${key}`),
          88,
          (i) => (isOpenYet(i) ? <span className="dim">—</span> : f.int(i[key])),
          { num: true },
        ),
      ),
      column<Import>('created_by_name', t('imports.list.by'), 150, (i) => (
        <Person name={i.created_by_name} />
      )),
      column<Import>('created_at', t('imports.list.at'), 104, (i) => <RelativeTime at={i.created_at} />),
    ],
    [t, f, words],
  );
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (r: Import) => r.id,
    enableSorting: false,
    columnResizeMode: 'onChange',
    columnResizeDirection: f.locale === 'ar' ? 'rtl' : 'ltr',
    state: { columnPinning: PINNED },
  });
  const filtered = isFiltered(search, FILTERS);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  if (query.isSuccess && !rows.length && !filtered)
    return (
      <div className={c.page}>
        <div className={c.start}>
          <h2 className={c.title}>{t('imports.nothing')}</h2>
          <p className={c.lead}>{t('imports.nothingText')}</p>
          <DropPanel
            onDone={(i) => {
              keep(i);
              void navigate({ to: `/imports/${i.id}` });
            }}
          />
        </div>
      </div>
    );
  return (
    <div className={c.column}>
      <div className={c.bar}>
        <FilterBar filters={filters} search={search} onChange={go} />
        <span className={c.grow} />
        <span className={c.count} aria-live="polite">
          {query.isSuccess && t('imports.list.total', { count: total, n: f.int(total) })}
        </span>
        {!can('clients.import') && (
          <Button onClick={() => void navigate({ to: '/imports/new' })}>{t('imports.new')}</Button>
        )}
      </div>
      {query.isError && !rows.length ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          table={table}
          total={total}
          rowHeight={40}
          loading={query.isLoading}
          refreshing={query.isPlaceholderData}
          complete={!hasNextPage}
          onNeedMore={() => {
            if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
          }}
          label={t('imports.title')}
          drawKey={f.locale}
          onOpen={open}
          onToggle={() => undefined}
        >
          {query.isSuccess && !rows.length && (
            <EmptyState
              title={t('components.list.noMatch')}
              action={
                <Button variant="default" onClick={() => go(clearFilters(search, FILTERS))}>
                  {t('components.list.clear')}
                </Button>
              }
            />
          )}
        </DataTable>
      )}
    </div>
  );
}

/** The first step: which file, and what is in it. */
export function NewImportPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const keep = useKeep();
  const { entity } = useSearch({ strict: false }) as ListSearch;
  return (
    <div className={c.page}>
      <div className={c.start}>
        <h2 className={c.title}>{t('imports.new')}</h2>
        <p className={c.lead}>{t('imports.newText')}</p>
        <DropPanel
          entity={ENTITIES.find((e) => e === entity)}
          onEntity={(e) => void navigate({ to: '.', search: { entity: e } as never, replace: true })}
          onDone={(i) => {
            keep(i);
            void navigate({ to: `/imports/${i.id}`, search: { step: 'map' } as never });
          }}
        />
      </div>
    </div>
  );
}
