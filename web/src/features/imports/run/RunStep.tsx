import { Button } from '@mantine/core';
import {
  IconArrowBackUp,
  IconExternalLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { ConfirmDialog, Notice } from '@/components';
import { useCan } from '@/session/session';
import { ErrorPanel } from '../check/ErrorPanel';
import { RowTable } from '../check/RowTable';
import { FileFacts } from '../FileFacts';
import c from '../imports.module.css';
import { Progress } from '../Progress';
import { workOf } from '../progress';
import { useRate, useVerb, type Verb } from '../query';
import { isOver, isWorking } from '../steps';
import { Tabs } from '../Tabs';
import { cameWith, type Import, listOf } from '../types';
import { MappingView } from './MappingView';
import { Outcome } from './Outcome';
import { ReviewTab } from './ReviewTab';
import r from './run.module.css';

type Props = { file: Import; at: number; tab: string | undefined; onTab: (tab: string) => void };

/** The import at work, and what came of it. */
export function RunStep({ file, at, tab: asked, onTab }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const navigate = useNavigate();
  const verb = useVerb(file.id);
  const rate = useRate(file, at);
  const [asking, setAsking] = useState<'cancel' | 'undo' | null>(null);
  const working = isWorking(file);
  const undoing = file.task === 'undo';
  const paused = file.status === 'paused';
  const changed = file.created + file.updated;
  const busy = (v: Verb) => verb.isPending && verb.variables === v;
  const title = undoing
    ? t('imports.run.undoing')
    : file.status === 'undone'
      ? t('imports.run.undone')
      : working
        ? t('imports.run.running')
        : paused
          ? t('imports.run.paused')
          : t(`imports.run.ended.${file.status}`, { count: changed, n: f.int(changed) });
  const tabs = [
    ...(file.failed || file.invalid
      ? [{ key: 'errors', label: t('imports.rows.invalid'), count: file.failed, tone: 'neg' as const }]
      : []),
    ...(file.review
      ? [{ key: 'review', label: t('imports.rows.review'), count: file.review, tone: 'warn' as const }]
      : []),
    ...(file.updated ? [{ key: 'updated', label: t('imports.rows.updated'), count: file.updated }] : []),
    ...(file.skipped ? [{ key: 'skipped', label: t('imports.rows.skipped'), count: file.skipped }] : []),
    ...(file.kept
      ? [{ key: 'kept', label: t('imports.rows.kept'), count: file.kept, tone: 'warn' as const }]
      : []),
    { key: 'mapping', label: t('imports.rows.mapping') },
  ];
  const tab = tabs.some((x) => x.key === asked) ? (asked as string) : (tabs[0]?.key ?? 'mapping');
  return (
    <div className={r.result}>
      <div className={r.resultHead}>
        <div className={r.resultMain}>
          <h3 className={r.resultTitle} aria-live="polite">
            {title}
          </h3>
          {file.status === 'failed' && file.error && <Notice tone="neg">{file.error}</Notice>}
          {file.status === 'undone' && (
            <p className={c.lead}>
              {t(file.kept ? 'imports.run.takenBack' : 'imports.run.allBack', {
                count: file.restored,
                restored: f.int(file.restored),
                kept: f.int(file.kept),
              })}
            </p>
          )}
          {(working || paused) && <Progress counts={workOf(file)} label={title} rate={rate} still={paused} />}
          {working && <p className={c.meta}>{t('imports.run.goesOn')}</p>}
          {!undoing && <Outcome file={file} />}
          <div className={r.actions}>
            {isOver(file) && file.created > 0 && file.status !== 'undone' && can(`${file.entity}.read`) && (
              <Button
                leftSection={<IconExternalLink size={15} className="flip" aria-hidden />}
                onClick={() =>
                  void navigate({
                    to: listOf(file.entity),
                    search: cameWith(file.entity, file.id) as never,
                  })
                }
              >
                {t(`imports.run.open.${file.entity}`, { count: file.created, n: f.int(file.created) })}
              </Button>
            )}
            {working && !undoing && (
              <Button
                variant="default"
                leftSection={<IconPlayerPause size={15} aria-hidden />}
                loading={busy('pause')}
                onClick={() => verb.mutate('pause')}
              >
                {t('imports.run.pause')}
              </Button>
            )}
            {paused && (
              <Button
                leftSection={<IconPlayerPlay size={15} className="flip" aria-hidden />}
                loading={busy('resume')}
                onClick={() => verb.mutate('resume')}
              >
                {t('imports.run.resume')}
              </Button>
            )}
            {((working && !undoing) || paused) && (
              <Button
                variant="default"
                leftSection={<IconPlayerStop size={15} aria-hidden />}
                onClick={() => setAsking('cancel')}
              >
                {t('imports.run.cancel')}
              </Button>
            )}
            {isOver(file) && changed > 0 && file.status !== 'undone' && (
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size={15} className="flip" aria-hidden />}
                onClick={() => setAsking('undo')}
              >
                {t('imports.run.undo')}
              </Button>
            )}
          </div>
        </div>
        <div className={r.side}>
          <FileFacts file={file} />
        </div>
      </div>
      {!working && (
        <>
          <Tabs tabs={tabs} tab={tab} label={t('imports.run.details')} onTab={onTab} />
          <div role="tabpanel" id="import-panel" aria-labelledby={`import-tab-${tab}`} className={c.panel}>
            {tab === 'errors' && <ErrorPanel file={file} />}
            {tab === 'review' && <ReviewTab file={file} />}
            {(tab === 'updated' || tab === 'skipped') && (
              <RowTable file={file} state={tab} nothing={t('imports.run.noRows')} />
            )}
            {tab === 'kept' && <RowTable file={file} state="kept" nothing={t('imports.run.nothingKept')} />}
            {tab === 'mapping' && <MappingView file={file} />}
          </div>
        </>
      )}
      <ConfirmDialog
        opened={asking === 'cancel'}
        title={t('imports.run.cancelTitle')}
        text={t('imports.run.cancelText', { count: changed, n: f.int(changed) })}
        confirm={t('imports.run.cancel')}
        danger
        busy={busy('cancel')}
        onConfirm={() => verb.mutate('cancel', { onSettled: () => setAsking(null) })}
        onClose={() => setAsking(null)}
      />
      <ConfirmDialog
        opened={asking === 'undo'}
        title={t('imports.run.undoTitle')}
        text={t('imports.run.undoText', { created: f.int(file.created), updated: f.int(file.updated) })}
        confirm={t('imports.run.undoIt', { count: changed, n: f.int(changed) })}
        danger
        busy={busy('undo')}
        onConfirm={() => verb.mutate('undo', { onSettled: () => setAsking(null) })}
        onClose={() => setAsking(null)}
      />
    </div>
  );
}
