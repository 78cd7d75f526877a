import { IconCircleCheckFilled, IconCircleDashed, IconFileText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { EmptyState, ErrorState, SkeletonLines, StatusPill } from '@/components';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { Decision } from './Decision';
import { DocumentFacts } from './DocumentFacts';
import c from './documents.module.css';
import { KindCard } from './KindCard';
import { Preview } from './Preview';
import { clientDocumentsQuery, documentTypesQuery, kycQuery } from './query';
import { rowsOf } from './standing';
import { useDocumentWords } from './words';

/** What is asked for, level by level; what is there of it; and the one that is chosen, beside it. */
export function DocumentsTab({ client }: { client: Client }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const words = useDocumentWords();
  const search = useSearch({ strict: false }) as ListSearch;
  const kinds = useQuery(documentTypesQuery);
  const documents = useQuery(clientDocumentsQuery(client.id));
  const kyc = useQuery(kycQuery(client.id));
  const failed = [kinds, documents].find((q) => q.isError && !q.data);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!kinds.data || !documents.data) return <SkeletonLines lines={8} gap={30} />;
  const rows = rowsOf(kinds.data, documents.data);
  const levels = [...new Set(rows.map((r) => r.kind.level))].sort();
  const select = (doc: string | undefined) =>
    void navigate({ to: '.', search: { ...search, doc } as never, replace: true });
  const chosen = documents.data.find((d) => d.id === search.doc);
  if (!rows.length)
    return (
      <EmptyState
        icon={<IconFileText size={20} stroke={1.6} />}
        title={t('documents.noKinds')}
        text={t('documents.noKindsText')}
      />
    );
  return (
    <div className={c.tab} data-open={chosen ? true : undefined}>
      <div className={c.checklist}>
        {levels.map((level) => {
          const state = kyc.data?.levels.find((l) => l.level === level)?.status;
          const Done = state === 'approved' ? IconCircleCheckFilled : IconCircleDashed;
          return (
            <section key={level} className={c.level} aria-labelledby={`level-${level}`}>
              <div className={c.levelHead}>
                <Done
                  size={16}
                  className={c.levelIcon}
                  data-done={state === 'approved' || undefined}
                  aria-hidden
                />
                <h3 id={`level-${level}`}>{t('documents.level', { n: level })}</h3>
                <span className={c.grow} />
                {state && <StatusPill label={words.status(state)} hue={words.hue(state)} />}
              </div>
              {rows
                .filter((r) => r.kind.level === level)
                .map((row) => (
                  <KindCard
                    key={row.kind.key}
                    client={client}
                    row={row}
                    selected={search.doc}
                    mayUpload={can('documents.upload')}
                    onSelect={select}
                  />
                ))}
            </section>
          );
        })}
      </div>
      {chosen && (
        <div className={c.side}>
          <Preview document={chosen} />
          {can('documents.review') && !chosen.superseded_by && <Decision document={chosen} />}
          <DocumentFacts document={chosen} />
        </div>
      )}
    </div>
  );
}
