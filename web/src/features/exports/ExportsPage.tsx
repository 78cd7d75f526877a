import { Button } from '@mantine/core';
import { IconFileExport } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { Export } from '@/api/types';
import { ConfirmDialog, EmptyState, ErrorState, SkeletonLines, toast } from '@/components';
import { canExport, download } from '@/components/export';
import { useList } from '@/data/lists';
import { useCan } from '@/session/session';
import { ExportRow } from './ExportRow';
import c from './exports.module.css';

const NO_PARAMS = {};

/** Every file that was asked for: how far it is, what is in it, and the way to have it. */
export function ExportsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const qc = useQueryClient();
  const navigate = useNavigate();
  const list = useList('exports', NO_PARAMS, 50);
  const [deleting, setDeleting] = useState<Export | null>(null);
  const again = () => {
    for (const key of ['exports', 'jobs']) void qc.invalidateQueries({ queryKey: [key] });
  };
  const fetchFile = useMutation({ mutationFn: (id: string) => download(id), onSettled: again });
  const cancel = useMutation({
    mutationFn: (id: string) => api.post('/exports/{id}/cancel', { path: { id } }),
    onSettled: again,
  });
  const retry = useMutation({
    mutationFn: (id: string) => api.post('/exports/{id}/retry', { path: { id } }),
    onSettled: again,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete('/exports/{id}', { path: { id } }),
    onSuccess: () => {
      setDeleting(null);
      toast.done(t('exports.deleted'));
    },
    onSettled: again,
  });
  const busy = useMemo(
    () => ({
      download: fetchFile.isPending ? fetchFile.variables : undefined,
      cancel: cancel.isPending ? cancel.variables : undefined,
      retry: retry.isPending ? retry.variables : undefined,
    }),
    [
      fetchFile.isPending,
      fetchFile.variables,
      cancel.isPending,
      cancel.variables,
      retry.isPending,
      retry.variables,
    ],
  );
  const { query, rows } = list;
  const from = (['clients', 'leads', 'contacts'] as const).find((entity) => canExport(can, entity));
  return (
    <section className={c.page} aria-label={t('exports.title')} tabIndex={0}>
      {query.isLoading && (
        <div className={c.wait}>
          <SkeletonLines lines={8} gap={30} />
        </div>
      )}
      {query.isError && !rows.length && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && !rows.length && (
        <EmptyState
          icon={<IconFileExport size={20} stroke={1.6} />}
          title={t('exports.nothing')}
          text={t('exports.nothingText')}
          action={
            from && (
              <Button
                variant="default"
                onClick={() => void navigate({ to: `/${from}`, search: { export: '1' } as never })}
              >
                {t(`export.title.${from}`)}
              </Button>
            )
          }
        />
      )}
      {rows.length > 0 && (
        <ol className={c.list}>
          {rows.map((row) => (
            <ExportRow
              key={row.id}
              row={row}
              busy={busy}
              onDownload={fetchFile.mutate}
              onCancel={cancel.mutate}
              onRetry={retry.mutate}
              onDelete={setDeleting}
            />
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <div className={c.foot}>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={list.more}>
            {t('components.showMore')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        danger
        opened={deleting !== null}
        title={t('exports.deleteTitle')}
        text={t('exports.deleteText')}
        confirm={t('exports.delete')}
        busy={remove.isPending}
        onConfirm={() => deleting && remove.mutate(deleting.id)}
        onClose={() => setDeleting(null)}
      />
    </section>
  );
}
