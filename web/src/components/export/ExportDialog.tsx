import { Button, Checkbox, Group, Modal, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import { useFormat } from '@/app/ui';
import { useCan } from '@/session/session';
import { type Selection, sizeOf } from '../bulk/selection';
import { Notice } from '../Notice';
import { errorText } from '../toast';
import c from './export.module.css';
import { type Exportable, FORMATS, type Format, useExport } from './query';

type Props = {
  entity: Exportable;
  params: Query;
  columns?: string[];
  /** Chosen rows; without it all that the list shows. */
  selection?: Selection;
  total: number;
  estimate: boolean;
  onClose: () => void;
};

/** Which format, which columns, how many rows; and what will be masked before anybody is surprised by it. */
export function ExportDialog({ entity, params, columns, selection, total, estimate, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const [format, setFormat] = useState<Format>('csv');
  const [shown, setShown] = useState(Boolean(columns?.length));
  const [mail, setMail] = useState(false);
  const ask = useExport();
  const { sort: _sort, ...filter } = params;
  const filtered = Object.values(filter).some(Boolean);
  const chosen = selection ? sizeOf(selection) : null;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`export.title.${entity}`)}
      size={440}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <form
        className={c.form}
        onSubmit={(e) => {
          e.preventDefault();
          ask.mutate(
            {
              entity,
              format,
              params,
              selection,
              columns: shown && columns ? columns : null,
              language: i18n.language.split('-')[0],
              mail,
            },
            { onSuccess: onClose },
          );
        }}
      >
        <p className={c.count} data-testid="export-count">
          {chosen === null ? (
            <>
              <b>{t('export.rows', { count: total, n: (estimate ? '~' : '') + f.int(total) })}</b>
              <span>{t(filtered ? 'export.filtered' : 'export.everything')}</span>
            </>
          ) : (
            <b>
              {t('components.list.selected', { count: chosen, n: (estimate ? '~' : '') + f.int(chosen) })}
            </b>
          )}
        </p>
        <div>
          <span className={c.label} id="export-format">
            {t('export.format')}
          </span>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-labelledby="export-format"
            value={format}
            onChange={(v) => setFormat(v === 'xlsx' ? 'xlsx' : 'csv')}
            data={FORMATS.map((value) => ({ value, label: t(`export.formats.${value}`) }))}
          />
          <p className={c.help}>{t(`export.formatHelp.${format}`)}</p>
        </div>
        {columns && columns.length > 0 && (
          <div>
            <span className={c.label} id="export-columns">
              {t('export.columns')}
            </span>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-labelledby="export-columns"
              value={shown ? 'shown' : 'all'}
              onChange={(v) => setShown(v === 'shown')}
              data={[
                {
                  value: 'shown',
                  label: t('export.shown', { count: columns.length, n: f.int(columns.length) }),
                },
                { value: 'all', label: t('export.all') },
              ]}
            />
          </div>
        )}
        <Checkbox
          size="sm"
          checked={mail}
          onChange={(e) => setMail(e.currentTarget.checked)}
          label={t('export.mail')}
        />
        {!can('exports.pii') && <Notice>{t('export.masked')}</Notice>}
        {ask.isError && <Notice tone="neg">{errorText(ask.error)}</Notice>}
        <Group justify="flex-end" gap="sm" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t('components.cancel')}
          </Button>
          <Button type="submit" loading={ask.isPending} data-autofocus>
            {t('export.confirm')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
