import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { useList } from '@/data/lists';
import { useNames } from '@/data/names';
import { Diff } from '../Diff';
import { SkeletonLines } from '../Skeletons';
import { EmptyState, ErrorState } from '../States';
import { Code, Ltr, Person } from '../Values';
import c from './audit.module.css';
import type { Kind } from './timeline/Sentence';

/** The log's own entries about one record: the action's key, every field, where it came from. */
export function AuditTab({ kind, id }: { kind: Kind; id: string }) {
  const { t } = useTranslation();
  const f = useFormat();
  const names = useNames();
  const { query, rows, more } = useList(
    'audit',
    useMemo(() => ({ resource_id: id }), [id]),
    30,
  );
  if (query.isLoading) return <SkeletonLines lines={10} gap={24} />;
  if (query.isError && !rows.length)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  if (!rows.length)
    return <EmptyState icon={<IconShieldCheck size={20} stroke={1.6} />} title={t('components.noHistory')} />;
  return (
    <div className={c.audit}>
      <p className={c.intro}>{t('record.auditIntro')}</p>
      <ol>
        {rows.map((e) => (
          <li key={e.id} className={c.entry}>
            <div className={c.head}>
              <Code>{e.action}</Code>
              {e.actor?.id ? (
                <Person name={e.actor.name} size={18} />
              ) : (
                <span className="dim">{names.actor(e.actor)}</span>
              )}
              <time dateTime={e.at} className={c.when}>
                {f.dateTime(e.at)}
              </time>
            </div>
            <Diff
              lines={e.diff}
              label={(field) => names.field(kind, field)}
              value={(field, v) => names.value(kind, field, v)}
            />
            <p className={c.origin}>
              {e.seq != null && <Ltr>#{e.seq}</Ltr>}
              {e.ip && <Ltr>{e.ip}</Ltr>}
              {e.request_id && (
                <span title={t('components.requestId')}>
                  <Ltr>{e.request_id}</Ltr>
                </span>
              )}
            </p>
          </li>
        ))}
      </ol>
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={more}>
          {t('components.showMore')}
        </Button>
      )}
    </div>
  );
}
