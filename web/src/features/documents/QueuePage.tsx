import { Button, Select } from '@mantine/core';
import { IconChecks, IconExternalLink, IconFilterOff } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientDocument } from '@/api/types';
import { useFormat } from '@/app/ui';
import {
  Dash,
  EmptyState,
  ErrorState,
  Kbd,
  Person,
  RelativeTime,
  SkeletonLines,
  StatusPill,
} from '@/components';
import { Fact, Facts } from '@/components/record';
import { useKyc, useTeamOptions } from '@/data/lookups';
import { shortcutAllowed } from '@/lib/keys';
import type { ListSearch } from '@/lib/listSearch';
import { Decision } from './Decision';
import { DocumentFacts } from './DocumentFacts';
import c from './documents.module.css';
import { Preview } from './Preview';
import { documentTypesQuery, type QueueParams, queueQuery } from './query';
import { useDocumentWords } from './words';

/** What somebody reviews, and in which order it is wanted. */
const QUEUES: Record<string, QueueParams> = {
  pending: { status: 'pending', sort: 'created_at' },
  expiring: { status: 'approved', sort: 'expires_at' },
  rejected: { status: 'rejected,expired', sort: '-created_at' },
  scanning: { status: 'scanning', sort: 'created_at' },
  all: { sort: '-created_at' },
};

/** One document after the other: the list, the document, the client, and two keys to decide. */
export function QueuePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const words = useDocumentWords();
  const search = useSearch({ strict: false }) as ListSearch;
  const queue = search.queue && QUEUES[search.queue] ? search.queue : 'pending';
  const teams = useTeamOptions();
  const kinds = useQuery(documentTypesQuery).data ?? [];
  const query = useInfiniteQuery(
    queueQuery({ ...QUEUES[queue], type: search.type, team_id: search.team_id }),
  );
  const rows = query.data?.pages.flatMap((p) => p.data) ?? [];
  const at = Math.max(
    0,
    rows.findIndex((d) => d.id === search.doc),
  );
  const chosen = rows[at];
  const list = useRef<HTMLUListElement>(null);
  const go = useCallback(
    (next: ListSearch) => void navigate({ to: '.', search: next as never, replace: true }),
    [navigate],
  );
  const choose = (doc: ClientDocument | undefined) => doc && go({ ...search, doc: doc.id });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && at >= rows.length - 8) void fetchNextPage();
  }, [at, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const step = (by: number) => choose(rows[Math.min(rows.length - 1, Math.max(0, at + by))]);
  const latest = useRef(step);
  latest.current = step;
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!shortcutAllowed(e)) return;
      const key = e.key.toLowerCase();
      if (key !== 'j' && key !== 'k') return;
      e.preventDefault();
      latest.current(key === 'j' ? 1 : -1);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another one is chosen
  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen?.id]);

  /** The next one comes by itself when a decision takes this one out of the queue. */
  const decided = (fresh: ClientDocument) => {
    const wanted = QUEUES[queue]?.status?.split(',');
    if (wanted && !wanted.includes(fresh.status)) choose(rows[at + 1] ?? rows[at - 1]);
  };
  const filtered = Boolean(search.type || search.team_id);
  const total = query.data?.pages[0]?.total ?? 0;
  return (
    <div className={c.queue}>
      <div className={c.queueBar}>
        <Select
          size="xs"
          className={c.pick}
          aria-label={t('documents.queue')}
          allowDeselect={false}
          value={queue}
          data={Object.keys(QUEUES).map((value) => ({ value, label: t(`documents.queues.${value}`) }))}
          onChange={(v) =>
            go({ ...search, queue: v === 'pending' ? undefined : (v ?? undefined), doc: undefined })
          }
        />
        <Select
          size="xs"
          className={c.pick}
          aria-label={t('documents.field.type')}
          placeholder={t('documents.anyType')}
          clearable
          value={search.type ?? null}
          data={kinds.map((k) => ({ value: k.key, label: k.label }))}
          onChange={(v) => go({ ...search, type: v ?? undefined, doc: undefined })}
        />
        {teams.length > 0 && (
          <Select
            size="xs"
            className={c.pick}
            aria-label={t('documents.field.team')}
            placeholder={t('documents.anyTeam')}
            clearable
            searchable
            value={search.team_id ?? null}
            data={teams.map((o) => ({ value: o.value, label: o.label }))}
            onChange={(v) => go({ ...search, team_id: v ?? undefined, doc: undefined })}
          />
        )}
        <span className={c.grow} />
        <span className={c.keys} aria-hidden>
          <Kbd>J</Kbd> <Kbd>K</Kbd> {t('documents.keys.move')} <Kbd>A</Kbd> {t('documents.approve')}{' '}
          <Kbd>R</Kbd> {t('documents.reject')}
        </span>
      </div>
      {query.isPending && (
        <div className={c.loading}>
          <SkeletonLines lines={8} gap={30} />
        </div>
      )}
      {query.isError && !query.data && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && !rows.length && (
        <EmptyState
          icon={filtered ? <IconFilterOff size={20} stroke={1.6} /> : <IconChecks size={20} stroke={1.6} />}
          title={t(
            filtered ? 'documents.noMatch' : `documents.none.${queue === 'pending' ? 'pending' : 'other'}`,
          )}
          text={filtered ? undefined : queue === 'pending' ? t('documents.none.pendingText') : undefined}
          action={
            filtered && (
              <Button
                variant="default"
                onClick={() => go({ ...search, type: undefined, team_id: undefined })}
              >
                {t('components.list.clear')}
              </Button>
            )
          }
        />
      )}
      {chosen && (
        <div className={c.desk}>
          <nav className={c.queueList} aria-label={t(`documents.queues.${queue}`)}>
            <p className={c.count} role="status">
              {t('components.position', { n: at + 1, total: Math.max(total, rows.length) })}
            </p>
            <ul ref={list}>
              {rows.map((d, i) => (
                <li key={d.id}>
                  <button
                    type="button"
                    className={c.row}
                    aria-current={i === at}
                    data-document={d.id}
                    onClick={() => choose(d)}
                  >
                    <span className={c.rowName}>
                      <bdi>{d.client_name}</bdi>
                    </span>
                    <span className={c.rowMeta}>
                      {d.type_label}
                      {' · '}
                      {queue === 'expiring' && d.expires_at ? (
                        words.expiry(d.expires_at)
                      ) : (
                        <RelativeTime at={d.created_at} />
                      )}
                    </span>
                    {queue !== 'pending' && (
                      <StatusPill label={words.status(d.status)} hue={words.hue(d.status)} />
                    )}
                  </button>
                </li>
              ))}
            </ul>
          </nav>
          <Preview document={chosen} />
          <aside className={c.facts} aria-label={t('documents.about')}>
            <h2 className={c.who}>
              <Link
                to="/clients/$id"
                params={{ id: chosen.client_id }}
                search={{ tab: 'documents', doc: chosen.id } as never}
                className={c.clientLink}
              >
                <bdi>{chosen.client_name}</bdi>
                <IconExternalLink size={14} aria-hidden />
              </Link>
            </h2>
            <p className={c.what}>{chosen.type_label}</p>
            <Decision document={chosen} keys onDecided={decided} />
            <ClientSide document={chosen} />
            <DocumentFacts document={chosen} />
          </aside>
        </div>
      )}
    </div>
  );
}

function ClientSide({ document: d }: { document: ClientDocument }) {
  const { t } = useTranslation();
  const f = useFormat();
  const kyc = useKyc();
  return (
    <Facts title={t('documents.client')}>
      <Fact label={t('documents.field.kyc')}>
        <StatusPill label={kyc.label(d.kyc_status)} hue={kyc.hue(d.kyc_status)} />
      </Fact>
      <Fact label={t('documents.field.country')}>{d.country ? f.country(d.country) : <Dash />}</Fact>
      <Fact label={t('documents.field.owner')}>
        {d.assigned_to_name ? (
          <Person name={d.assigned_to_name} />
        ) : (
          <span className="dim">{t('data.unassigned')}</span>
        )}
      </Fact>
      <Fact label={t('documents.field.team')}>{d.team_name ?? <Dash />}</Fact>
    </Facts>
  );
}
