import { useTable } from '@tanstack/react-table';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, isApiError } from '@/api/errors';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, toast } from '@/components';
import { DataTable, features } from '@/components/DataTable';
import { column } from '@/components/list';
import { faultWord, groupKey, type Line, linesOf } from '../faults';
import { useFixRow, useRows } from '../query';
import type { ErrorGroup, Import, RowError } from '../types';
import { useImportWords } from '../words';
import k from './check.module.css';
import { type Then, ValueCell } from './ValueCell';

const PINNED = { start: ['row'], end: [] };
type Fixed = ReadonlyMap<number, readonly Omit<RowError, 'row'>[]>;
type Props = {
  file: Import;
  /** The group that is looked at alone. */
  group: ErrorGroup | undefined;
  /** Words that the rows hold. */
  find: string;
  /** What was started is not changed any more. */
  fixable: boolean;
};

/** Every fault with its row, column, text, reason and cure; the text is put right in place. */
export function ErrorTable({ file, group, find, fixable }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useImportWords();
  const only = group ? groupKey(group) : null;
  const at = group?.column;
  const code = group?.code;
  const filter = useMemo(
    () => ({ ...(at ? { column: at } : {}), ...(code ? { code } : {}), ...(find ? { search: find } : {}) }),
    [at, code, find],
  );
  const { query, rows, total: found, more } = useRows(file.id, 'invalid', true, filter);
  const fix = useFixRow(file.id);
  const [fixed, setFixed] = useState<Fixed>(new Map());
  const [editing, setEditing] = useState<string | null>(null);
  const all = useMemo(() => linesOf(rows, fixed), [rows, fixed]);
  const lines = useMemo(() => (only ? all.filter((l) => groupKey(l) === only) : all), [all, only]);
  // a row may have several faults: how many lines there are is known once all rows are here
  const total = query.hasNextPage ? Math.max(found, lines.length) : lines.length;
  const columns = useMemo(() => new Set((file.columns ?? []).map((x) => x.name)), [file.columns]);

  const say = useRef((_errors: Omit<RowError, 'row'>[], _line: Line): string => '');
  say.current = (errors, line) => {
    const fault = errors.find((e) => groupKey(e) === groupKey(line));
    return t('imports.check.stillWrong', { reason: fault ? words.fault(fault) : '' });
  };
  const latest = useRef({ lines, rows });
  latest.current = { lines, rows };
  const focusLine = useCallback((id: string | undefined) => {
    const find = (tries: number) => {
      const row = id ? document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`) : null;
      const control = row?.querySelector<HTMLElement>('button,a');
      if (control) control.focus();
      else if (tries) requestAnimationFrame(() => find(tries - 1));
    };
    requestAnimationFrame(() => find(6));
  }, []);
  const stop = useCallback(
    (line: Line) => {
      setEditing(null);
      focusLine(line.id);
    },
    [focusLine],
  );
  const { mutate } = fix;
  const save = useCallback(
    (line: Line, text: string, then: Then) => {
      const { lines: now, rows: there } = latest.current;
      const next = now.slice(now.findIndex((l) => l.id === line.id) + 1).find((l) => !l.fixed);
      const after = () => {
        setEditing(then === 'edit' && next ? next.id : null);
        if (then === 'focus' || (then === 'edit' && !next)) focusLine(next?.id ?? line.id);
      };
      if (text === line.value) return after();
      const before = there.find((r) => r.row === line.row)?.errors ?? [];
      mutate(
        { row: line.row, values: { [line.column]: text } },
        {
          onSuccess: ({ row }) => {
            setFixed((old) => new Map(old).set(row.row, [...(old.get(row.row) ?? []), ...before]));
            const still = row.errors.some((e) => groupKey(e) === groupKey(line));
            if (!still) return after();
            toast.failure(new ApiError(422, { code: 'still_wrong', message: say.current(row.errors, line) }));
            setEditing(null);
            focusLine(line.id);
          },
          onError: (error) => {
            toast.failure(error);
            stop(line);
          },
        },
      );
    },
    [mutate, focusLine, stop],
  );
  const edit = useCallback((line: Line) => setEditing(line.id), []);
  const busy = fix.isPending;
  const defs = useMemo(
    () => [
      column<Line>('row', t('imports.check.row'), 84, (l) => f.int(l.row), { fixed: true, num: true }),
      column<Line>('column', t('imports.check.column'), 150, (l) => (
        <bdi className={k.cellText}>{l.column}</bdi>
      )),
      column<Line>('value', t('imports.check.value'), 240, (l) =>
        fixable && columns.has(l.column) ? (
          <ValueCell
            line={l}
            editing={editing === l.id}
            busy={busy}
            onEdit={edit}
            onSave={save}
            onStop={stop}
          />
        ) : l.value ? (
          <bdi className={k.cellText}>{l.value}</bdi>
        ) : (
          <span className="dim">{t('imports.check.empty')}</span>
        ),
      ),
      column<Line>('reason', t('imports.check.reason'), 240, (l) => (
        <span className={l.fixed ? k.gone : k.reason}>{words.fault(l)}</span>
      )),
      column<Line>('cure', t('imports.check.cure'), 460, (l) => (
        <span className={k.cellText}>
          {t(`imports.cure.${faultWord(l)}`, { defaultValue: t('imports.cure.invalid') })}
        </span>
      )),
    ],
    [t, f, words, fixable, columns, editing, busy, edit, save, stop],
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
      refreshing={query.isPlaceholderData}
      complete={!query.hasNextPage}
      onNeedMore={more}
      label={t('imports.check.errors')}
      drawKey={`${f.locale}${editing}${busy}`}
      onOpen={(id) => {
        const line = lines.find((l) => l.id === id);
        if (fixable && line && !line.fixed && columns.has(line.column)) setEditing(id);
      }}
      onEdit={(id) => fixable && setEditing(id)}
      onToggle={() => undefined}
    >
      {query.isSuccess && !lines.length && !query.hasNextPage && (
        <EmptyState compact title={t(find ? 'components.list.noMatch' : 'imports.check.noErrors')} />
      )}
      {query.isFetchNextPageError && isApiError(query.error) && (
        <ErrorState compact error={query.error} onRetry={() => void query.fetchNextPage()} />
      )}
    </DataTable>
  );
}
