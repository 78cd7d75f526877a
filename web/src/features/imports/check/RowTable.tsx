import { Link } from '@tanstack/react-router';
import { useTable } from '@tanstack/react-table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Dash, EmptyState, ErrorState } from '@/components';
import { DataTable, features } from '@/components/DataTable';
import { column } from '@/components/list';
import c from '../imports.module.css';
import { useRows } from '../query';
import { type Import, type ImportRow, recordOf } from '../types';
import { useImportWords } from '../words';
import k from './check.module.css';

type Line = ImportRow & { id: string };
const PINNED = { start: ['row'], end: [] };

/** Rows of one state as they would be stored, and who is there already. */
export function RowTable({ file, state, nothing }: { file: Import; state: string; nothing: string }) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useImportWords();
  const { query, rows, total, more } = useRows(file.id, state, true);
  const lines = useMemo<Line[]>(() => rows.map((r) => ({ ...r, id: String(r.row) })), [rows]);
  const keys = useMemo(() => {
    const used = new Set(rows.slice(0, 50).flatMap((r) => Object.keys(r.values ?? r.raw ?? {})));
    const order = (file.fields ?? []).map((x) => x.key);
    return [...used].sort((a, b) => (order.indexOf(a) + 1 || 99) - (order.indexOf(b) + 1 || 99)).slice(0, 8);
  }, [rows, file.fields]);
  const defs = useMemo(
    () => [
      column<Line>('row', t('imports.check.row'), 84, (l) => f.int(l.row), { fixed: true, num: true }),
      column<Line>('there', t('imports.check.there'), 210, (l) => <There file={file} row={l} />),
      // a field's own name may hold a dot, which a column's may not
      ...keys.map((key, i) => {
        const field = (file.fields ?? []).find((x) => x.key === key);
        return column<Line>(`value-${i}`, field ? words.field(field) : key, 170, (l) => {
          const text = (l.values ?? l.raw)?.[key];
          return text ? <bdi className={k.cellText}>{text}</bdi> : <Dash />;
        });
      }),
    ],
    [t, f, words, keys, file],
  );
  const table = useTable({
    features,
    columns: defs,
    data: lines,
    getRowId: (l: Line) => l.id,
    enableSorting: false,
    columnResizeMode: 'onChange',
    columnResizeDirection: f.locale === 'ar' ? 'rtl' : 'ltr',
    state: { columnPinning: PINNED },
  });
  if (query.isError && !rows.length)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <DataTable
      table={table}
      total={total}
      rowHeight={36}
      loading={query.isLoading}
      complete={!query.hasNextPage}
      onNeedMore={more}
      label={t(`imports.rows.${state}`)}
      drawKey={f.locale}
      onOpen={() => undefined}
      onToggle={() => undefined}
    >
      {query.isSuccess && !lines.length && <EmptyState compact title={nothing} />}
    </DataTable>
  );
}

/** The record it is a duplicate of, the row of the file it repeats, or the record that it became. */
function There({ file, row }: { file: Import; row: ImportRow }) {
  const { t } = useTranslation();
  const f = useFormat();
  const id = row.existing?.id ?? row.duplicate_of ?? row.record_id;
  if (id)
    return (
      <Link {...(recordOf(file.entity, id) as { to: string })} className={c.link}>
        <bdi className={k.cellText}>{row.existing?.name ?? t('imports.check.openRecord')}</bdi>
      </Link>
    );
  if (row.twin_row) return <span>{t('imports.check.twin', { row: f.int(row.twin_row) })}</span>;
  return <Dash />;
}
