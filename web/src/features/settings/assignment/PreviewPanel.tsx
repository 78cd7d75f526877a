import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AssignmentPreview } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, ErrorState, PageHeader, SkeletonLines } from '@/components';
import { humanise } from '@/data/lookups';
import c from './assignment.module.css';
import { previewQuery, type RuleEntity } from './query';

/** What the rules, as they stand, would have done with the records of the last month. */
export function PreviewPanel({ entity }: { entity: RuleEntity }) {
  const { t } = useTranslation();
  const f = useFormat();
  const query = useQuery(previewQuery(entity));
  const { data } = query;
  return (
    <section className={c.preview} aria-label={t('assignment.preview')}>
      <PageHeader
        title={t('assignment.preview')}
        sub={
          data &&
          t(`assignment.previewOf.${entity}`, {
            count: data.total,
            n: f.int(data.total),
            days: f.int(data.days),
          })
        }
      />
      {query.isPending && <SkeletonLines lines={4} gap={24} />}
      {query.isError && !data && (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      )}
      {data && data.total > 0 && (
        <>
          <Shares preview={data} />
          <div className={c.wrap}>
            <table className={c.sample}>
              <thead>
                <tr>
                  <th scope="col">{t('assignment.record')}</th>
                  <th scope="col">{t('assignment.country')}</th>
                  <th scope="col">{t('assignment.source')}</th>
                  <th scope="col">{t('assignment.rule')}</th>
                </tr>
              </thead>
              <tbody>
                {data.sample.slice(0, 8).map((x) => (
                  <tr key={x.id}>
                    <th scope="row">
                      <Link to={`/${entity}s/${x.id}` as never}>
                        <span dir="auto">{x.name}</span>
                      </Link>
                    </th>
                    <td>{x.country ? f.country(x.country) : <Dash />}</td>
                    <td>{x.source ? <bdi>{humanise(x.source)}</bdi> : <Dash />}</td>
                    <td>
                      {x.rule ? <bdi>{x.rule}</bdi> : <span className="dim">{t('assignment.none')}</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

/** How many records each rule would have met first. */
export function Shares({ preview, mark }: { preview: AssignmentPreview; mark?: string }) {
  const { t } = useTranslation();
  const f = useFormat();
  const lines = [
    ...preview.rules,
    ...(preview.unmatched ? [{ id: '', name: t('assignment.none'), count: preview.unmatched }] : []),
  ];
  return (
    <ul className={c.shares}>
      {lines.map((x) => (
        <li key={x.id} data-mark={(mark && x.name === mark) || undefined}>
          <span dir="auto">{x.name}</span>
          <span className={c.track} aria-hidden>
            <i style={{ inlineSize: `${preview.total ? (100 * x.count) / preview.total : 0}%` }} />
          </span>
          <span className="num">{f.int(x.count)}</span>
        </li>
      ))}
    </ul>
  );
}
