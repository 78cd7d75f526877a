import { Button, SegmentedControl } from '@mantine/core';
import { IconCloudUpload, IconFileSpreadsheet } from '@tabler/icons-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { useFormat } from '@/app/ui';
import { Notice } from '@/components';
import { useCan } from '@/session/session';
import c from './imports.module.css';
import { rateOf, remember, type Sample, secondsLeft } from './progress';
import { uploadImport, useMostBytes } from './query';
import { ENTITIES, type Import, type ImportEntity, mayImport } from './types';
import { ACCEPT, problemOf, type Sent } from './upload';
import { useImportErrors } from './words';

type Running = { file: File; sent: Sent; samples: Sample[]; abort: AbortController };
type Props = {
  entity?: ImportEntity;
  onEntity?: (entity: ImportEntity) => void;
  onDone: (i: Import) => void;
};

/** Takes one file, by drop or by choice, and shows it going up. It can be stopped halfway. */
export function DropPanel({ entity: wished, onEntity, onDone }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const say = useImportErrors();
  const most = useMostBytes();
  const input = useRef<HTMLInputElement>(null);
  const allowed = ENTITIES.filter((e) => mayImport(can, e));
  const [own, setOwn] = useState<ImportEntity | undefined>(wished);
  const entity = own && allowed.includes(own) ? own : allowed[0];
  const [over, setOver] = useState(false);
  const [running, setRunning] = useState<Running | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const live = useRef<AbortController | null>(null);
  useEffect(() => () => live.current?.abort(), []);
  // what is being sent would be lost: the browser asks first
  useEffect(() => {
    if (!running) return;
    const stay = (e: BeforeUnloadEvent) => e.preventDefault();
    window.addEventListener('beforeunload', stay);
    return () => window.removeEventListener('beforeunload', stay);
  }, [running]);

  const take = async (file: File | undefined) => {
    if (!file || running || !entity) return;
    const wrong = problemOf(file, most);
    if (wrong)
      return setProblem(t(`imports.file.problem.${wrong}`, { name: file.name, most: f.bytes(most ?? 0) }));
    const abort = new AbortController();
    live.current = abort;
    setProblem(null);
    setRunning({ file, sent: { loaded: 0, total: file.size }, samples: [], abort });
    try {
      const onProgress = (sent: Sent) =>
        setRunning((now) =>
          now && now.abort === abort
            ? { ...now, sent, samples: remember(now.samples, { at: Date.now(), processed: sent.loaded }) }
            : now,
        );
      onDone(await uploadImport(entity, file, { onProgress, signal: abort.signal }));
    } catch (error) {
      if (abort.signal.aborted) setProblem(null);
      else setProblem(isApiError(error) ? say(error) : t('components.error.unexpected'));
    } finally {
      live.current = null;
      setRunning(null);
    }
  };
  const drop = {
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
  const share = running ? running.sent.loaded / Math.max(1, running.sent.total) : 0;
  const rate = running ? rateOf(running.samples) : null;
  const left = running
    ? secondsLeft({ processed: running.sent.loaded, total: running.sent.total }, rate)
    : null;
  return (
    <div className={c.dropPanel}>
      {allowed.length > 1 && (
        <div className={c.entity}>
          <span id="import-entity">{t('imports.file.what')}</span>
          <SegmentedControl
            aria-labelledby="import-entity"
            size="sm"
            classNames={{ root: c.kinds }}
            disabled={running !== null}
            value={entity}
            onChange={(v) => {
              setOwn(v as ImportEntity);
              onEntity?.(v as ImportEntity);
            }}
            data={allowed.map((value) => ({ value, label: t(`imports.entity.${value}`) }))}
          />
        </div>
      )}
      <section
        className={c.drop}
        aria-label={t('imports.file.zone')}
        data-over={over || undefined}
        data-busy={running !== null || undefined}
        data-testid="drop"
        {...drop}
      >
        {running ? (
          <div className={c.uploading}>
            <div className={c.uploadHead}>
              <IconFileSpreadsheet size={18} stroke={1.6} aria-hidden />
              <bdi className={c.fileName}>{running.file.name}</bdi>
              <span className={c.meta}>{f.percent(Math.floor(share * 100) / 100)}</span>
            </div>
            <progress
              max={1}
              value={share}
              aria-label={t('imports.file.uploading', { name: running.file.name })}
            />
            <div className={c.uploadFoot}>
              <span className={c.meta} aria-live="off">
                {share >= 1
                  ? t('imports.file.reading')
                  : [
                      t('imports.file.sent', {
                        sent: f.bytes(running.sent.loaded),
                        total: f.bytes(running.sent.total),
                      }),
                      left === null ? null : t('imports.run.left', { time: f.lasting(Math.max(1, left)) }),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
              </span>
              <Button variant="default" size="compact-sm" onClick={() => running.abort.abort()}>
                {t('components.cancel')}
              </Button>
            </div>
          </div>
        ) : (
          <>
            <span className={c.dropIcon} aria-hidden>
              <IconCloudUpload size={22} stroke={1.6} />
            </span>
            <p className={c.dropTitle}>{t('imports.file.drop')}</p>
            <p className={c.meta}>
              {t('imports.file.hint')} {most !== undefined && t('imports.file.most', { most: f.bytes(most) })}
            </p>
            <Button onClick={() => input.current?.click()}>{t('imports.file.choose')}</Button>
          </>
        )}
      </section>
      <input
        ref={input}
        type="file"
        hidden
        data-testid="import-file"
        accept={ACCEPT}
        onChange={(e) => {
          const file = e.currentTarget.files?.[0];
          e.currentTarget.value = '';
          void take(file);
        }}
      />
      {problem && <Notice tone="neg">{problem}</Notice>}
      <ul className={c.promises}>
        {(['mapping', 'preview', 'undo'] as const).map((key) => (
          <li key={key}>{t(`imports.file.promise.${key}`)}</li>
        ))}
      </ul>
    </div>
  );
}
