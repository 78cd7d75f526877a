import {
  type InfiniteData,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { tenantApi as api, type Query } from '@/api/client';
import type { List } from '@/api/types';
import { recount } from './faults';
import { rateOf, remember, type Sample, workOf } from './progress';
import { isWorking } from './steps';
import type { Choice, Import, ImportEntity, ImportRow, Mapping, Preview, Reading, RowFixed } from './types';
import { type Sent, upload } from './upload';

/** Events tell of every step; this is for what they might miss. */
const LOOK_AGAIN = 2000;

const oneKey = (id: string) => ['imports', 'one', id] as const;
// rows and previews stand apart: a step of progress must not read them again
const rowsKey = (id: string, state?: string, filter?: RowFilter) => {
  if (!state) return ['import-rows', id] as const;
  return filter ? (['import-rows', id, state, filter] as const) : (['import-rows', id, state] as const);
};
const previewKey = (id: string) => ['import-preview', id] as const;

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: oneKey(id),
    queryFn: async ({ signal }) => (await api.get('/imports/{id}', { path: { id }, signal })) as Import,
    refetchInterval: (q) => (q.state.data && isWorking(q.state.data) ? LOOK_AGAIN : false),
  });
export const useImport = (id: string) => useQuery(importQuery(id));

/** All imports, newest first, page by page. */
export function useImports(params: Query) {
  const query = useInfiniteQuery({
    queryKey: ['imports', 'list', params],
    queryFn: ({ pageParam, signal }) =>
      api.call<List<Import>>('get', '/imports', {
        query: { ...params, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    placeholderData: keepPreviousData,
    refetchInterval: (q) =>
      q.state.data?.pages.some((p) => p.data.some(isWorking)) ? LOOK_AGAIN * 2 : false,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.data) ?? [], [query.data]);
  return { query, rows, total: Math.max(query.data?.pages[0]?.total ?? 0, rows.length) };
}

/** The most bytes of a file, by the settings. */
export const useMostBytes = (): number | undefined =>
  useQuery({
    queryKey: ['import-limits'],
    queryFn: ({ signal }) => api.get('/imports/limits', { signal }),
    staleTime: 60_000,
    meta: { silent: true },
  }).data?.max_bytes;

export const uploadImport = (
  entity: ImportEntity,
  file: File,
  options: { onProgress: (sent: Sent) => void; signal: AbortSignal },
): Promise<Import> => upload<Import>('/imports', file, { entity }, options);

/** What the server says of an import is what is shown from now on; parts that an answer leaves out stay. */
export function useKeep() {
  const qc = useQueryClient();
  return useCallback(
    (fresh: Import) => {
      qc.setQueryData<Import>(oneKey(fresh.id), (old) => ({
        ...fresh,
        columns: fresh.columns ?? old?.columns,
        fields: fresh.fields ?? old?.fields,
        mapping: fresh.mapping ?? old?.mapping,
        remembered: fresh.remembered ?? old?.remembered,
      }));
      void qc.invalidateQueries({ queryKey: ['imports', 'list'] });
    },
    [qc],
  );
}

/** Read another way, the columns may be others: what was mapped is gone, the fields of the CRM are the same. */
export function useReading(id: string) {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: async (body: Reading) => (await api.patch('/imports/{id}', { path: { id }, body })) as Import,
    onSuccess: (fresh) =>
      qc.setQueryData<Import>(oneKey(id), (old) => ({ ...fresh, fields: fresh.fields ?? old?.fields })),
  });
}

export type Checked = { preview: Preview | null; job: boolean };
/** Keeps the mapping and has the whole file looked at: at once, or in the background when it is long. */
export function useCheck(id: string) {
  const qc = useQueryClient();
  const keep = useKeep();
  return useMutation({
    meta: { silent: true },
    mutationFn: async (mapping: Mapping | null): Promise<Checked> => {
      if (mapping) keep((await api.put('/imports/{id}/mapping', { path: { id }, body: mapping })) as Import);
      const answer = await api.post('/imports/{id}/preview', { path: { id } });
      return 'error_groups' in answer ? { preview: answer, job: false } : { preview: null, job: true };
    },
    onSuccess: async ({ preview }) => {
      qc.removeQueries({ queryKey: rowsKey(id) });
      if (preview) qc.setQueryData(previewKey(id), preview);
      else qc.removeQueries({ queryKey: previewKey(id) });
      await qc.refetchQueries({ queryKey: oneKey(id) });
      void qc.invalidateQueries({ queryKey: ['custom-fields'] });
    },
  });
}

export const usePreview = (id: string, ready: boolean) =>
  useQuery({
    queryKey: previewKey(id),
    queryFn: ({ signal }): Promise<Preview> => api.get('/imports/{id}/preview', { path: { id }, signal }),
    enabled: ready,
    staleTime: 300_000,
  });

/** Which faulty rows are looked for; the server knows all of them. */
export type RowFilter = { column?: string; code?: string; search?: string };
const ALL: RowFilter = {};

/** Rows of the file in one state, page by page. */
export function useRows(id: string, state: string, enabled: boolean, filter: RowFilter = ALL) {
  const query = useInfiniteQuery({
    queryKey: rowsKey(id, state, filter),
    queryFn: ({ pageParam, signal }): Promise<List<ImportRow>> =>
      api.get('/imports/{id}/rows', {
        path: { id },
        query: { state, ...filter, cursor: pageParam, limit: 200 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    placeholderData: keepPreviousData,
    enabled,
    staleTime: 300_000,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.data) ?? [], [query.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  return { query, rows, total: Math.max(query.data?.pages[0]?.total ?? 0, rows.length), more };
}

const putRow = (fresh: ImportRow) => (data: InfiniteData<List<ImportRow>, string | null> | undefined) =>
  data && {
    ...data,
    pages: data.pages.map((p) => ({ ...p, data: p.data.map((r) => (r.row === fresh.row ? fresh : r)) })),
  };

/** New texts for cells of one row: it is checked again at once, and with it the counts. */
export function useFixRow(id: string) {
  const qc = useQueryClient();
  return useMutation({
    meta: { silent: true },
    mutationFn: ({ row, values }: { row: number; values: Record<string, string> }): Promise<RowFixed> =>
      api.patch('/imports/{id}/rows/{row}', { path: { id, row: String(row) }, body: { values } }),
    onSuccess: ({ row, ...counts }) => {
      // whatever it was found by, it keeps its place until the rows are looked for again
      qc.setQueriesData({ queryKey: rowsKey(id, 'invalid') }, putRow(row));
      qc.setQueryData<Preview>(previewKey(id), (p) => p && recount(p, counts));
      qc.setQueryData<Import>(oneKey(id), (i) => i && { ...i, ...counts });
    },
  });
}

export function useDecide(id: string) {
  const qc = useQueryClient();
  const keep = useKeep();
  return useMutation({
    mutationFn: async ({ row, choice }: { row: number; choice: Choice }) =>
      (await api.post('/imports/{id}/rows/{row}/decide', {
        path: { id, row: String(row) },
        body: { choice },
      })) as Import,
    onSuccess: (fresh, { row }) => {
      qc.setQueriesData<InfiniteData<List<ImportRow>, string | null>>(
        { queryKey: rowsKey(id, 'review') },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((p) => ({ ...p, data: p.data.filter((r) => r.row !== row) })),
          },
      );
      keep(fresh);
    },
  });
}

export type Verb = 'start' | 'pause' | 'resume' | 'cancel' | 'undo';
export function useVerb(id: string) {
  const qc = useQueryClient();
  const keep = useKeep();
  return useMutation({
    mutationFn: async (verb: Verb) => (await api.post(`/imports/{id}/${verb}`, { path: { id } })) as Import,
    onSuccess: keep,
    // somebody else may have been quicker: what is true now is shown either way
    onSettled: () => {
      void qc.invalidateQueries({ queryKey: oneKey(id) });
      void qc.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
}

/** When an import ends, the lists that it wrote into are read again, and its rows are others than before. */
export function useEnded(i: Import | undefined) {
  const qc = useQueryClient();
  const state = i && `${i.status}:${i.task ?? ''}`;
  const before = useRef(state);
  const { id, entity } = i ?? {};
  useEffect(() => {
    if (before.current && before.current !== state && id) {
      void qc.invalidateQueries({ queryKey: rowsKey(id) });
      for (const key of [entity, 'dashboard', 'overview', 'jobs', 'custom-fields', 'import-options'])
        void qc.invalidateQueries({ queryKey: [key] });
    }
    before.current = state;
  }, [qc, state, id, entity]);
}

/** The speed as this page sees it; until it has seen enough, the server's own word. */
export function useRate(i: Import | undefined, at: number): number | null {
  const [samples, setSamples] = useState<Sample[]>([]);
  const working = i ? isWorking(i) : false;
  const processed = i ? workOf(i).processed : 0;
  useEffect(() => {
    setSamples((now) => (working ? remember(now, { at, processed }) : []));
  }, [working, at, processed]);
  if (!working) return null;
  const said = i?.rows_per_second ?? 0;
  return rateOf(samples) ?? (said > 0 ? said : null);
}

/** A file behind the sign-in is fetched and handed to the browser under its name. */
export async function download(path: string, name: string): Promise<void> {
  const blob = await (await api.raw(path, { headers: { accept: 'text/csv' } })).blob();
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
