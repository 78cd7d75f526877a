import { useTranslation } from 'react-i18next';
import type { ClientDocument } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, Person, RelativeTime, StatusPill } from '@/components';
import { Fact, Facts } from '@/components/record';
import c from './documents.module.css';
import { typeWord } from './files';
import { useDocumentWords } from './words';

/** What is known of one document. */
export function DocumentFacts({ document: d }: { document: ClientDocument }) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useDocumentWords();
  const label = (key: string) => t(`documents.field.${key}`);
  return (
    <Facts title={t('documents.document')}>
      <Fact label={label('type')}>{d.type_label}</Fact>
      <Fact label={label('status')}>
        <StatusPill label={words.status(d.status)} hue={words.hue(d.status)} />
      </Fact>
      {d.reason && (
        <Fact label={label('reason')}>
          <bdi>{words.reason(d.reason)}</bdi>
        </Fact>
      )}
      {d.expires_at && <Fact label={label('expires_at')}>{words.expiry(d.expires_at)}</Fact>}
      <Fact label={label('file')}>
        <bdi>{typeWord(d.content_type)}</bdi> · {f.bytes(d.size)}
        {d.version > 1 && ` · ${t('documents.version', { n: d.version })}`}
      </Fact>
      <Fact label={label('scan')}>{t(`documents.scan.${d.scan}`)}</Fact>
      <Fact label={label('uploaded')}>
        <span className={c.by}>
          {d.uploaded_by_name ? <Person name={d.uploaded_by_name} size={18} /> : <Dash />}
          <RelativeTime at={d.created_at} />
        </span>
      </Fact>
      {d.reviewed_by_name && (
        <Fact label={label('reviewed')}>
          <span className={c.by}>
            <Person name={d.reviewed_by_name} size={18} />
            <RelativeTime at={d.reviewed_at} />
          </span>
        </Fact>
      )}
    </Facts>
  );
}
