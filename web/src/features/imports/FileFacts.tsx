import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { CopyButton, Person, RelativeTime } from '@/components';
import c from './imports.module.css';
import { isOpenYet } from './steps';
import type { Import } from './types';

const DELIMITERS: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };
export const delimiterKey = (delimiter: string | null | undefined): string =>
  DELIMITERS[delimiter ?? ','] ?? 'comma';

/** Which file it is, who brought it and when, and how it is read. */
export function FileFacts({ file }: { file: Import }) {
  const { t } = useTranslation();
  const f = useFormat();
  const read =
    file.format === 'csv'
      ? [file.encoding?.toUpperCase(), t(`imports.delimiter.${delimiterKey(file.delimiter)}`)]
      : [t('imports.file.excel'), file.sheet];
  const begun = file.started_at ? Date.parse(file.started_at) : Number.NaN;
  const took = file.finished_at ? (Date.parse(file.finished_at) - begun) / 1000 : Number.NaN;
  return (
    <dl className={c.facts}>
      <Fact label={t('imports.list.file')}>
        <bdi>{file.filename}</bdi>
      </Fact>
      <Fact label={t('imports.file.size')}>{f.bytes(file.bytes)}</Fact>
      <Fact label={t('imports.file.readAs')}>{read.filter(Boolean).join(' · ')}</Fact>
      {isOpenYet(file) && (
        <Fact label={t('imports.list.rows')}>
          {t('imports.file.estimate', { count: file.rows_estimate, n: f.int(file.rows_estimate) })}
        </Fact>
      )}
      <Fact label={t('imports.list.by')}>
        <Person name={file.created_by_name} />
      </Fact>
      <Fact label={t('imports.list.at')}>
        <RelativeTime at={file.created_at} />
      </Fact>
      {file.started_at && <Fact label={t('imports.file.started')}>{f.dateTime(file.started_at)}</Fact>}
      {took >= 0 && <Fact label={t('imports.file.took')}>{f.lasting(Math.max(1, Math.round(took)))}</Fact>}
      {file.undone_at && <Fact label={t('imports.file.undone')}>{f.dateTime(file.undone_at)}</Fact>}
      <Fact label="SHA-256">
        <span className={c.hash}>
          <bdi dir="ltr">{`${file.sha256.slice(0, 12)}…`}</bdi>
          <CopyButton value={file.sha256} label={t('imports.file.copyHash')} />
        </span>
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
