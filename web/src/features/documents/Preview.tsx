import { ActionIcon, Button, Tooltip } from '@mantine/core';
import {
  IconDownload,
  IconFileOff,
  IconLock,
  IconRotateClockwise,
  IconShieldX,
  IconVirusSearch,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientDocument } from '@/api/types';
import { EmptyState, ErrorState, toast } from '@/components';
import { useCan } from '@/session/session';
import c from './documents.module.css';
import { download, linkQuery } from './query';

/** What browsers show themselves; a HEIC picture is saved and opened elsewhere. */
const SHOWN = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp'];
const ZOOMS = [1, 1.5, 2, 3, 4];

/** The document itself, by a link that lives for a minute. Opening it is written down. */
export function Preview({ document }: { document: ClientDocument }) {
  const { t } = useTranslation();
  const can = useCan();
  const [zoom, setZoom] = useState(0);
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each document begins upright and whole
  useEffect(() => {
    setZoom(0);
    setTurn(0);
  }, [document.id]);
  const allowed = can('documents.view');
  const picture = document.content_type.startsWith('image/');
  const shown = SHOWN.includes(document.content_type);
  const opens = allowed && document.open;
  const save = () => void download(document.id).catch((e: unknown) => toast.failure(e));
  return (
    <section
      className={c.preview}
      aria-label={t('documents.preview')}
      data-testid="preview"
      // a click into the PDF takes the keyboard along; the pointer brings it back
      onPointerLeave={() => {
        const focused = window.document.activeElement;
        if (focused instanceof HTMLIFrameElement) focused.blur();
      }}
    >
      <div className={c.previewBar}>
        <span className={c.previewName}>
          <bdi>{document.filename ?? document.type_label}</bdi>
        </span>
        {opens && picture && shown && (
          <>
            <Tool
              label={t('documents.zoomOut')}
              icon={<IconZoomOut size={16} />}
              disabled={zoom === 0}
              run={() => setZoom((z) => Math.max(0, z - 1))}
            />
            <Tool
              label={t('documents.zoomIn')}
              icon={<IconZoomIn size={16} />}
              disabled={zoom === ZOOMS.length - 1}
              run={() => setZoom((z) => Math.min(ZOOMS.length - 1, z + 1))}
            />
            <Tool
              label={t('documents.rotate')}
              icon={<IconRotateClockwise size={16} />}
              run={() => setTurn((x) => x + 1)}
            />
          </>
        )}
        {opens && <Tool label={t('documents.download')} icon={<IconDownload size={16} />} run={save} />}
      </div>
      {!opens ? (
        <Closed document={document} allowed={allowed} />
      ) : shown ? (
        <Contents document={document} zoom={ZOOMS[zoom] ?? 1} turn={turn % 4} />
      ) : (
        <div className={c.stage}>
          <EmptyState
            icon={<IconFileOff size={20} stroke={1.6} />}
            title={t('documents.noPreview')}
            text={t('documents.noPreviewText')}
            action={
              <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />} onClick={save}>
                {t('documents.download')}
              </Button>
            }
          />
        </div>
      )}
    </section>
  );
}

function Tool({
  label,
  icon,
  run,
  disabled,
}: {
  label: string;
  icon: ReactNode;
  run: () => void;
  disabled?: boolean;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={28} aria-label={label} disabled={disabled} onClick={run}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function Closed({ document, allowed }: { document: ClientDocument; allowed: boolean }) {
  const { t } = useTranslation();
  const why = document.scan === 'infected' ? 'infected' : allowed ? 'scanning' : 'locked';
  const Icon = { infected: IconShieldX, scanning: IconVirusSearch, locked: IconLock }[why];
  return (
    <div className={c.stage}>
      <EmptyState
        icon={<Icon size={20} stroke={1.6} />}
        title={t(`documents.closed.${why}`)}
        text={t(`documents.closed.${why}Text`)}
      />
    </div>
  );
}

function Contents({ document, zoom, turn }: { document: ClientDocument; zoom: number; turn: number }) {
  const { t } = useTranslation();
  const link = useQuery(linkQuery(document.id));
  const [again, setAgain] = useState(false);
  if (link.isError)
    return (
      <div className={c.stage}>
        <ErrorState compact error={link.error} onRetry={() => void link.refetch()} />
      </div>
    );
  if (!link.data)
    return (
      <div className={c.stage} role="status" aria-label={t('components.loading')}>
        <span className={`skeleton ${c.sheet}`} />
      </div>
    );
  if (document.content_type === 'application/pdf')
    return (
      <iframe
        key={link.data.url}
        className={c.frame}
        src={link.data.url}
        title={t('documents.previewOf', { name: document.type_label })}
        referrerPolicy="no-referrer"
      />
    );
  const style = { '--zoom': zoom, '--turn': `${turn * 90}deg` } as CSSProperties;
  return (
    <div className={c.stage} data-turned={turn % 2 === 1 || undefined} data-zoomed={zoom > 1 || undefined}>
      <img
        key={link.data.url}
        className={c.picture}
        style={style}
        src={link.data.url}
        alt={t('documents.previewOf', { name: document.type_label })}
        referrerPolicy="no-referrer"
        draggable={false}
        onError={() => {
          // the link may be over; one new one is worth a try
          if (again) return;
          setAgain(true);
          void link.refetch();
        }}
      />
    </div>
  );
}
