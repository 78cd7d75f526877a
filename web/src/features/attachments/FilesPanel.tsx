import { Button } from '@mantine/core';
import {
  type Icon,
  IconCloudUpload,
  IconFile,
  IconFileSpreadsheet,
  IconFileText,
  IconFileTypePdf,
  IconFileZip,
  IconPaperclip,
  IconPhoto,
  IconX,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '@/api/types';
import { useFormat } from '@/app/ui';
import {
  ConfirmDialog,
  EmptyState,
  ErrorState,
  RelativeTime,
  type RowAction,
  RowActions,
  SkeletonLines,
  toast,
} from '@/components';
import { useCan, useMe } from '@/session/session';
import c from './attachments.module.css';
import { download, filesQuery, type Parent, useDeleteFile } from './query';
import { useUploads } from './useUploads';

const ICONS: [RegExp, Icon][] = [
  [/^application\/pdf$/, IconFileTypePdf],
  [/^image\//, IconPhoto],
  [/sheet|excel|csv/, IconFileSpreadsheet],
  [/zip|compressed|tar/, IconFileZip],
  [/^text\/|word|document/, IconFileText],
];
const iconOf = (type: string): Icon => ICONS.find(([pattern]) => pattern.test(type))?.[1] ?? IconFile;

/** Files that hang on a record: dropped or chosen, opened by a link of the moment. */
export function FilesPanel({ parent }: { parent: Parent }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const { user } = useMe();
  const query = useInfiniteQuery(filesQuery(parent));
  const uploads = useUploads(parent);
  const remove = useDeleteFile(parent);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [asking, setAsking] = useState<Attachment | null>(null);
  const files = query.data?.pages.flatMap((p) => p.data) ?? [];
  const takes = can('attachments.upload');
  const onDrag = (e: DragEvent) => {
    if (!takes || !e.dataTransfer.types.includes('Files')) return;
    e.preventDefault();
    setOver(true);
  };
  const open = (file: Attachment) => {
    download(file).catch((e: unknown) => toast.failure(e));
  };
  const actionsOf = (file: Attachment): RowAction[] => [
    { key: 'download', label: t('attachments.download'), run: () => open(file) },
    ...((file.uploaded_by === user.id && takes) || can('attachments.delete')
      ? [{ key: 'delete', label: t('attachments.delete'), run: () => setAsking(file) }]
      : []),
  ];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop files on; the button below does the same
    <div
      className={c.panel}
      data-over={over || undefined}
      onDragEnter={onDrag}
      onDragOver={onDrag}
      onDragLeave={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget as Node)) setOver(false);
      }}
      onDrop={(e) => {
        if (!takes) return;
        e.preventDefault();
        setOver(false);
        uploads.add([...e.dataTransfer.files]);
      }}
    >
      {takes && (
        <div className={c.drop}>
          <Button
            variant="default"
            leftSection={<IconCloudUpload size={14} aria-hidden />}
            onClick={() => input.current?.click()}
          >
            {t('attachments.choose')}
          </Button>
          <span className={c.hint}>{t('attachments.hint')}</span>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            data-testid="attachment-file"
            onChange={(e) => {
              uploads.add([...(e.currentTarget.files ?? [])]);
              e.currentTarget.value = '';
            }}
          />
        </div>
      )}
      {uploads.list.length > 0 && (
        <ul className={c.list} aria-label={t('attachments.uploading')}>
          {uploads.list.map((u) => (
            <li key={u.key} className={c.file}>
              <IconFile size={18} stroke={1.6} aria-hidden />
              <span className={c.text}>
                <span className={c.name}>
                  <bdi>{u.name}</bdi>
                </span>
                {u.problem ? (
                  <span className={c.problem} role="alert">
                    {u.problem}
                  </span>
                ) : (
                  <progress
                    max={1}
                    value={u.share}
                    aria-label={t('attachments.progress', { name: u.name })}
                  />
                )}
              </span>
              {!u.problem && <span className="num">{f.percent(Math.floor(u.share * 100) / 100)}</span>}
              <button
                type="button"
                className={c.drops}
                aria-label={t(u.problem ? 'attachments.putAway' : 'attachments.stop', { name: u.name })}
                onClick={() => uploads.drop(u.key)}
              >
                <IconX size={15} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      {query.isLoading ? (
        <SkeletonLines lines={5} gap={24} />
      ) : query.isError && !query.data ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : files.length ? (
        <ul className={c.list} aria-label={t('attachments.tab')}>
          {files.map((file) => {
            const Glyph = iconOf(file.content_type);
            return (
              <li key={file.id} className={c.file} data-attachment={file.id}>
                <Glyph size={18} stroke={1.6} aria-hidden />
                <span className={c.text}>
                  <button type="button" className={c.name} onClick={() => open(file)}>
                    <bdi>{file.filename}</bdi>
                  </button>
                  <span className={c.meta}>
                    {f.bytes(file.bytes)} · <bdi>{file.uploader_name}</bdi> ·{' '}
                    <RelativeTime at={file.created_at} />
                  </span>
                </span>
                <RowActions name={file.filename} actions={actionsOf(file)} />
              </li>
            );
          })}
        </ul>
      ) : (
        !uploads.list.length && (
          <EmptyState
            compact
            icon={<IconPaperclip size={20} stroke={1.6} />}
            title={t('attachments.nothing')}
            text={takes ? t('attachments.nothingText') : undefined}
          />
        )
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          className={c.more}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('components.showMore')}
        </Button>
      )}
      <ConfirmDialog
        opened={asking !== null}
        title={t('attachments.deleteTitle')}
        text={t('attachments.deleteText', { name: asking?.filename ?? '' })}
        confirm={t('attachments.delete')}
        danger
        busy={remove.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() =>
          asking &&
          remove.mutate(asking.id, {
            onSuccess: () => toast.done(t('attachments.deleted')),
            onError: (e) => toast.failure(e),
            onSettled: () => setAsking(null),
          })
        }
      />
    </div>
  );
}
