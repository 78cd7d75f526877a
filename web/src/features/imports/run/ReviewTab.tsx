import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Dash, EmptyState, ErrorState, SkeletonLines } from '@/components';
import c from '../imports.module.css';
import { useDecide, useRows } from '../query';
import { type Choice, type Import, type ImportRow, listOf } from '../types';
import { useImportWords } from '../words';
import r from './run.module.css';

const CHOICES: Choice[] = ['skip', 'update', 'create'];

/** Duplicates one by one, side by side with who is there already. The next one comes up as soon as one is decided. */
export function ReviewTab({ file }: { file: Import }) {
  const { t } = useTranslation();
  const { query, rows, more } = useRows(file.id, 'review', true);
  if (query.isError && !rows.length)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isLoading)
    return (
      <div className={c.narrow}>
        <SkeletonLines lines={6} gap={22} />
      </div>
    );
  if (!rows.length) return <EmptyState compact title={t('imports.review.nothing')} />;
  return (
    <div className={c.body}>
      <ul className={r.reviews}>
        {rows.slice(0, 50).map((row) => (
          <Pair key={row.row} file={file} row={row} />
        ))}
      </ul>
      {(query.hasNextPage || rows.length > 50) && (
        <p className={r.more}>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={more}>
            {t('components.showMore')}
          </Button>
        </p>
      )}
    </div>
  );
}

function Pair({ file, row }: { file: Import; row: ImportRow }) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useImportWords();
  const decide = useDecide(file.id);
  // the record if there is one in sight, or else the earlier row of the file
  const theirs = row.existing?.values ?? row.twin_values ?? {};
  const ours = row.values ?? {};
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  const name = row.existing?.name ?? '';
  const label = t('imports.review.pair', { row: f.int(row.row), name });
  const choose = (choice: Choice, from: HTMLElement) => {
    const item = from.closest('li');
    const next = item?.nextElementSibling ?? item?.previousElementSibling;
    decide.mutate(
      { row: row.row, choice },
      { onSuccess: () => next?.querySelector<HTMLElement>('button')?.focus() },
    );
  };
  return (
    <li>
      <article className={r.pair} aria-label={label}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="sr-only">{t('imports.review.field')}</span>
              </th>
              <th scope="col">{t('imports.review.file', { row: f.int(row.row) })}</th>
              <th scope="col">
                {row.existing ? (
                  <Link to={`${listOf(file.entity)}/${row.existing.id}`} className={c.link}>
                    <bdi>{name}</bdi>
                  </Link>
                ) : row.twin_row ? (
                  t('imports.review.file', { row: f.int(row.twin_row) })
                ) : (
                  t('imports.review.unseen')
                )}
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => {
              const field = (file.fields ?? []).find((x) => x.key === key);
              const different = ours[key] && ours[key] !== theirs[key];
              return (
                <tr key={key} data-different={different || undefined}>
                  <th scope="row">{field ? words.field(field) : key}</th>
                  <td>{ours[key] ? <bdi>{ours[key]}</bdi> : <Dash />}</td>
                  <td>{theirs[key] ? <bdi>{theirs[key]}</bdi> : <Dash />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        <div className={r.pairActions}>
          {CHOICES.filter((choice) => choice !== 'create' || row.creatable).map((choice) => (
            <Button
              key={choice}
              variant="default"
              size="compact-sm"
              aria-label={`${t(`imports.review.${choice}`)}: ${label}`}
              loading={decide.isPending && decide.variables?.choice === choice}
              onClick={(e) => choose(choice, e.currentTarget)}
            >
              {t(`imports.review.${choice}`)}
            </Button>
          ))}
        </div>
      </article>
    </li>
  );
}
