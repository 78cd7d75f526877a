import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { SkeletonLines } from '../Skeletons';
import { ErrorState } from '../States';
import { useCatalogue } from './catalogue';
import c from './explain.module.css';
import { explainQuery } from './query';
import { questionsFor } from './questions';
import type { ResourceRef } from './types';
import { Verdict } from './Verdict';
import { useAccessWords } from './words';

/** Everything about one person and one record: what they may do with it, and how each sensitive field looks to them. */
export function Verdicts({ userId, resource }: { userId: string; resource: ResourceRef }) {
  const { t } = useTranslation();
  const words = useAccessWords();
  const catalogue = useCatalogue();
  const asked = catalogue.data ? questionsFor(catalogue.data, userId, resource) : [];
  const answers = useQueries({
    queries: asked.map(({ key: _key, kind: _kind, ...question }) => explainQuery(question)),
  });
  if (catalogue.error)
    return <ErrorState error={catalogue.error} onRetry={() => void catalogue.refetch()} compact />;
  if (!catalogue.data) return <SkeletonLines lines={4} gap={20} />;
  const reading = answers[0]?.data;
  const rows = asked.map((question, i) => ({ question, answer: answers[i] }));
  const part = (kind: 'action' | 'field', heading: string) => {
    const shown = rows.filter((r) => r.question.kind === kind);
    if (!shown.length) return null;
    return (
      <section className={c.part}>
        <h3>{heading}</h3>
        <div className={c.list}>
          {shown.map(({ question: q, answer }, i) => (
            <Verdict
              key={q.key}
              title={(kind === 'action' ? words.can : words.sees)(q.key)}
              answer={answer?.data}
              error={answer?.error}
              onRetry={() => void answer?.refetch()}
              open={kind === 'action' && i === 0}
            />
          ))}
        </div>
      </section>
    );
  };
  return (
    <div aria-live="polite" className={c.verdicts}>
      {reading && (
        <p className={c.headline} data-tone={reading.allowed ? 'pos' : 'neg'} data-testid="verdict">
          {t(reading.allowed ? 'explain.reaches' : 'explain.reachesNot', {
            user: reading.user.name,
            record: resource.label,
          })}
        </p>
      )}
      {part('action', t('explain.actions'))}
      {part('field', t('explain.fields'))}
    </div>
  );
}
