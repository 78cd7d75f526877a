import { Button, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { useFormat } from '@/app/ui';
import { Notice } from '@/components';
import { delimiterKey, FileFacts } from './FileFacts';
import { Footer } from './Footer';
import c from './imports.module.css';
import { useReading } from './query';
import type { Import, Reading } from './types';
import { useImportErrors } from './words';

const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
];
const DELIMITERS = [',', ';', '\t', '|'];

/** How the file is read: found out by the server, put right here where it guessed wrong. */
export function FileStep({ file, onNext }: { file: Import; onNext: () => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const say = useImportErrors();
  const read = useReading(file.id);
  const [change, setChange] = useState<Reading>({});
  const dirty = Object.keys(change).length > 0;
  const put = (patch: Reading) => setChange((now) => ({ ...now, ...patch }));
  const next = () => {
    if (!dirty) return onNext();
    read.mutate(change, {
      onSuccess: () => {
        setChange({});
        onNext();
      },
    });
  };
  const encoding = change.encoding ?? file.encoding ?? '';
  const csv = file.format === 'csv';
  return (
    <>
      <div className={c.body}>
        <div className={c.narrow}>
          <section className={c.section} aria-label={t('imports.file.title')}>
            <h3 className={c.heading}>{t('imports.file.title')}</h3>
            <FileFacts file={file} />
          </section>
          <section className={c.section} aria-label={t('imports.file.readAs')}>
            <h3 className={c.heading}>{t('imports.file.readAs')}</h3>
            <p className={c.lead}>{t('imports.file.readHelp')}</p>
            {read.isError && isApiError(read.error) && <Notice tone="neg">{say(read.error)}</Notice>}
            <div className={c.form}>
              {csv ? (
                <>
                  <Select
                    label={t('imports.file.encoding')}
                    allowDeselect={false}
                    data={[...new Set([encoding, ...ENCODINGS])].filter(Boolean).map((value) => ({
                      value,
                      label: value.toUpperCase(),
                    }))}
                    value={encoding}
                    onChange={(v) => v && put({ encoding: v })}
                  />
                  <Select
                    label={t('imports.file.delimiter')}
                    allowDeselect={false}
                    data={DELIMITERS.map((value) => ({
                      value,
                      label: t(`imports.delimiter.${delimiterKey(value)}`),
                    }))}
                    value={change.delimiter ?? file.delimiter ?? ','}
                    onChange={(v) => v && put({ delimiter: v })}
                  />
                </>
              ) : (
                <Select
                  label={t('imports.file.sheet')}
                  allowDeselect={false}
                  data={file.sheets}
                  value={change.sheet ?? file.sheet ?? null}
                  onChange={(v) => v && put({ sheet: v })}
                />
              )}
              <NumberInput
                label={t('imports.file.headerRow')}
                description={t('imports.file.headerHelp')}
                size="sm"
                min={0}
                max={1000}
                allowDecimal={false}
                value={change.header_row ?? file.header_row}
                onChange={(v) => typeof v === 'number' && put({ header_row: v })}
              />
            </div>
          </section>
        </div>
      </div>
      <Footer
        text={t('imports.file.columnsFound', {
          count: file.columns?.length ?? 0,
          n: f.int(file.columns?.length ?? 0),
        })}
      >
        <Button loading={read.isPending} onClick={next}>
          {t(dirty ? 'imports.file.readAgain' : 'imports.next')}
        </Button>
      </Footer>
    </>
  );
}
