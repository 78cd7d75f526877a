import { Button } from '@mantine/core';
import { IconCloudUpload, IconFile, IconFileTypePdf, IconHistory, IconPhoto } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client, ClientDocument } from '@/api/types';
import { useFormat } from '@/app/ui';
import { errorText, Notice, RelativeTime, StatusPill } from '@/components';
import c from './documents.module.css';
import { acceptOf, problemOf, roundLimit, typeWord } from './files';
import { useRefresh } from './query';
import type { KindRow } from './standing';
import { uploadDocument } from './upload';
import { useDocumentWords } from './words';

type Props = {
  client: Client;
  row: KindRow;
  selected: string | undefined;
  mayUpload: boolean;
  onSelect: (id: string) => void;
};
type Running = { name: string; share: number } | null;

/** One kind of document: what is asked for, what is there, and where to drop a new one. */
export function KindCard({ client, row, selected, mayUpload, onSelect }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useDocumentWords();
  const refresh = useRefresh();
  const input = useRef<HTMLInputElement>(null);
  const replaces = useRef<string | undefined>(undefined);
  const [over, setOver] = useState(false);
  const [running, setRunning] = useState<Running>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { kind } = row;
  const takes = mayUpload && !kind.archived;
  const newest = row.documents[0]?.current;

  const take = async (file: File | undefined, old?: string) => {
    if (!file || running) return;
    const wrong = problemOf(file, kind);
    if (wrong)
      return setProblem(
        t(`documents.problem.${wrong}`, {
          types: kind.content_types.map(typeWord).join(', '),
          size: f.bytes(roundLimit(kind.max_bytes)),
        }),
      );
    setProblem(null);
    setRunning({ name: file.name, share: 0 });
    try {
      const onProgress = (share: number) => setRunning({ name: file.name, share });
      const fresh = await uploadDocument(client.id, kind.key, file, { replaces: old, onProgress });
      refresh(client.id);
      onSelect(fresh.id);
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setRunning(null);
    }
  };
  const choose = (old?: string) => {
    replaces.current = old;
    input.current?.click();
  };
  const drop = takes && {
    onDragOver: (e: DragEvent) => {
      if (!e.dataTransfer.types.includes('Files')) return;
      e.preventDefault();
      setOver(true);
    },
    onDragLeave: (e: DragEvent) => {
      if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (e: DragEvent) => {
      e.preventDefault();
      setOver(false);
      void take(e.dataTransfer.files[0]);
    },
  };
  const name = `${kind.label}: ${words.status(row.status)}`;
  return (
    <section
      className={c.kind}
      aria-label={name}
      data-over={over || undefined}
      data-kind={kind.key}
      {...drop}
    >
      <div className={c.kindHead}>
        <h4 dir="auto">{kind.label}</h4>
        <span className={c.need}>{t(kind.required ? 'documents.required' : 'documents.ifNeeded')}</span>
        <span className={c.grow} />
        <StatusPill label={words.status(row.status)} hue={words.hue(row.status)} />
      </div>
      {row.documents.length > 0 && (
        <ul className={c.files}>
          {row.documents.map(({ current, older }) => (
            <li key={current.document_id}>
              <FileRow
                document={current}
                plain={row.documents.length === 1 && current.status === row.status}
                selected={selected === current.id}
                onSelect={onSelect}
              />
              {older.length > 0 && (
                <details className={c.older} open={older.some((d) => d.id === selected) || undefined}>
                  <summary>
                    <IconHistory size={13} aria-hidden />
                    {t('documents.older', { count: older.length })}
                  </summary>
                  {older.map((d) => (
                    <FileRow key={d.id} document={d} selected={selected === d.id} onSelect={onSelect} />
                  ))}
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
      {problem && <Notice tone="neg">{problem}</Notice>}
      {running ? (
        <div className={c.progress}>
          <span className={c.progressName}>
            <bdi>{running.name}</bdi>
          </span>
          <span className="num">{f.percent(Math.floor(running.share * 100) / 100)}</span>
          <progress
            max={1}
            value={running.share}
            aria-label={t('documents.uploading', { name: running.name })}
          />
        </div>
      ) : (
        takes && (
          <div className={c.drop}>
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconCloudUpload size={14} aria-hidden />}
              aria-label={`${t('documents.choose')}: ${kind.label}`}
              onClick={() => choose()}
            >
              {t('documents.choose')}
            </Button>
            {newest && newest.status !== 'scanning' && (
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={`${t('documents.replace')}: ${kind.label}`}
                onClick={() => choose(newest.id)}
              >
                {t('documents.replace')}
              </Button>
            )}
            <span className={c.hint}>
              {t('documents.dropHint', {
                types: kind.content_types.map(typeWord).join(', '),
                size: f.bytes(roundLimit(kind.max_bytes)),
              })}
            </span>
          </div>
        )
      )}
      {takes && (
        <input
          ref={input}
          type="file"
          hidden
          data-testid={`file-${kind.key}`}
          accept={acceptOf(kind)}
          onChange={(e) => {
            const file = e.currentTarget.files?.[0];
            e.currentTarget.value = '';
            void take(file, replaces.current);
            replaces.current = undefined;
          }}
        />
      )}
    </section>
  );
}

function FileRow({
  document: d,
  plain,
  selected,
  onSelect,
}: {
  document: ClientDocument;
  /** Its state stands above already. */
  plain?: boolean;
  selected: boolean;
  onSelect: (id: string) => void;
}) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useDocumentWords();
  const Icon =
    d.content_type === 'application/pdf'
      ? IconFileTypePdf
      : d.content_type.startsWith('image/')
        ? IconPhoto
        : IconFile;
  return (
    <button
      type="button"
      className={c.file}
      aria-pressed={selected}
      data-document={d.id}
      data-replaced={d.superseded_by ? true : undefined}
      onClick={() => onSelect(d.id)}
    >
      <Icon size={18} stroke={1.6} aria-hidden />
      <span className={c.fileText}>
        <span className={c.fileName}>
          <bdi>{d.filename ?? t('documents.fileOf', { type: typeWord(d.content_type) })}</bdi>
        </span>
        <span className={c.fileMeta}>
          {d.reason && d.status === 'rejected' ? (
            <span className={c.bad}>
              <bdi>{words.reason(d.reason)}</bdi>
            </span>
          ) : d.expires_at ? (
            words.expiry(d.expires_at)
          ) : (
            f.bytes(d.size)
          )}
          {' · '}
          <RelativeTime at={d.created_at} />
          {d.version > 1 && ` · ${t('documents.version', { n: d.version })}`}
        </span>
      </span>
      {!plain && <StatusPill label={words.status(d.status)} hue={words.hue(d.status)} />}
    </button>
  );
}
