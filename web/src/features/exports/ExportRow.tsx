import { Button } from '@mantine/core';
import { IconDownload, IconFileSpreadsheet, IconFileTypeCsv } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Export } from '@/api/types';
import { useFormat } from '@/app/ui';
import { CopyButton, RelativeTime, type RowAction, RowActions, StatusPill } from '@/components';
import { useCan } from '@/session/session';
import c from './exports.module.css';
import { errorKey, HUES, isOpen, percentOf, shortHash } from './state';

type Props = {
  row: Export;
  busy: { download?: string; cancel?: string; retry?: string };
  onDownload: (id: string) => void;
  onCancel: (id: string) => void;
  onRetry: (id: string) => void;
  onDelete: (row: Export) => void;
};

export function ExportRow({ row, busy, onDownload, onCancel, onRetry, onDelete }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const open = isOpen(row);
  const Icon = row.format === 'xlsx' ? IconFileSpreadsheet : IconFileTypeCsv;
  const name = t('exports.name', {
    entity: t(`exports.entity.${row.entity}`),
    format: row.format.toUpperCase(),
  });
  const mayChange = row.own || can('exports.manage');
  const ready = row.status === 'done' && !row.withheld;
  const actions: RowAction[] = mayChange
    ? [{ key: 'delete', label: t('exports.delete'), run: () => onDelete(row) }]
    : [];
  return (
    <li className={c.row} data-status={row.status} data-testid="export">
      <span className={c.icon} aria-hidden>
        <Icon size={20} stroke={1.5} />
      </span>
      <div className={c.what}>
        <span className={c.name}>{name}</span>
        <span className={c.quiet} title={row.filter}>
          {row.filter === '*' ? t('exports.everything') : <bdi dir="ltr">{row.filter}</bdi>}
        </span>
        {row.masked.length > 0 && (
          <span className={c.quiet}>{t('exports.masked', { count: row.masked.length })}</span>
        )}
      </div>
      <div className={c.state}>
        <StatusPill
          label={row.withheld === 'expired' ? t('exports.expired') : t(`exports.state.${row.status}`)}
          hue={row.withheld === 'expired' ? 'grey' : (HUES[row.status] ?? 'grey')}
        />
        {open && (
          <div
            className={c.track}
            role="progressbar"
            aria-label={name}
            aria-valuenow={percentOf(row)}
            aria-valuemin={0}
            aria-valuemax={100}
          >
            <i style={{ inlineSize: `${percentOf(row)}%` }} />
          </div>
        )}
        {row.status === 'failed' && (
          <span className={c.error}>{t(`exports.error.${errorKey(row.error)}`)}</span>
        )}
        {row.withheld === 'access_changed' && <span className={c.quiet}>{t('exports.accessChanged')}</span>}
      </div>
      <div className={c.facts}>
        <span className="num">
          {open
            ? t('exports.progress', {
                rows: f.int(row.rows),
                total: (row.total_is_estimate ? '~' : '') + f.int(row.total),
              })
            : row.status === 'done' && t('export.rows', { count: row.rows, n: f.int(row.rows) })}
          {row.bytes != null && <> · {f.bytes(row.bytes)}</>}
        </span>
        {row.sha256 && (
          <span className={c.hash}>
            <bdi dir="ltr" className={c.mono} title={row.sha256}>
              {shortHash(row.sha256)}
            </bdi>
            <CopyButton value={row.sha256} label={t('exports.copyHash')} />
          </span>
        )}
      </div>
      <div className={c.when}>
        <RelativeTime at={row.created_at} />
        {!row.own && <span className={c.quiet}>{row.requested_by_name}</span>}
        {ready && row.expires_at && (
          <span className={c.quiet}>{t('exports.until', { date: f.date(row.expires_at) })}</span>
        )}
      </div>
      <div className={c.actions}>
        {ready && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            loading={busy.download === row.id}
            onClick={() => onDownload(row.id)}
          >
            {t('export.download')}
          </Button>
        )}
        {open && mayChange && (
          <Button
            size="compact-sm"
            variant="default"
            loading={busy.cancel === row.id}
            onClick={() => onCancel(row.id)}
          >
            {t('components.cancel')}
          </Button>
        )}
        {row.own && (row.status === 'failed' || row.status === 'cancelled') && (
          <Button
            size="compact-sm"
            variant="default"
            loading={busy.retry === row.id}
            onClick={() => onRetry(row.id)}
          >
            {t('exports.retry')}
          </Button>
        )}
        <RowActions name={name} actions={actions} />
      </div>
    </li>
  );
}
