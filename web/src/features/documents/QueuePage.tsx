import { Button, Select } from '@mantine/core';
import { IconChecks, IconExternalLink, IconFilterOff } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientDocument } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, EmptyState, Kbd, Person, RelativeTime, StatusPill } from '@/components';
import { Queue } from '@/components/queue';
import q from '@/components/queue/queue.module.css';
import { Fact, Facts } from '@/components/record';
import { useKyc, useTeamOptions } from '@/data/lookups';
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
  const go = useCallback(
    (next: ListSearch) => void navigate({ to: '.', search: next as never, replace: true }),
    [navigate],
  );
  const choose = (doc: ClientDocument | undefined) => doc && go({ ...search, doc: doc.id });
  /** The next one comes by itself when a decision takes this one out of the queue. */
  const decided = (fresh: ClientDocument) => {
    const wanted = QUEUES[queue]?.status?.split(',');
    if (wanted && !wanted.includes(fresh.status)) choose(rows[at + 1] ?? rows[at - 1]);
  };
  const filtered = Boolean(search.type || search.team_id);
  const empty = (
    <EmptyState
      icon={filtered ? <IconFilterOff size={20} stroke={1.6} /> : <IconChecks size={20} stroke={1.6} />}
      title={t(
        filtered ? 'documents.noMatch' : `documents.none.${queue === 'pending' ? 'pending' : 'other'}`,
      )}
      text={filtered ? undefined : queue === 'pending' ? t('documents.none.pendingText') : undefined}
      action={
        filtered && (
          <Button variant="default" onClick={() => go({ ...search, type: undefined, team_id: undefined })}>
            {t('components.list.clear')}
          </Button>
        )
      }
    />
  );
  return (
    <Queue
      label={t(`documents.queues.${queue}`)}
      query={query}
      rows={rows}
      total={query.data?.pages[0]?.total ?? 0}
      at={at}
      idOf={(d) => d.id}
      onChoose={choose}
      empty={empty}
      bar={
        <>
          <Select
            size="xs"
            className={q.pick}
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
            className={q.pick}
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
              className={q.pick}
              aria-label={t('documents.field.team')}
              placeholder={t('documents.anyTeam')}
              clearable
              searchable
              value={search.team_id ?? null}
              data={teams.map((o) => ({ value: o.value, label: o.label }))}
              onChange={(v) => go({ ...search, team_id: v ?? undefined, doc: undefined })}
            />
          )}
        </>
      }
      keys={
        <>
          <Kbd>J</Kbd> <Kbd>K</Kbd> {t('documents.keys.move')} <Kbd>A</Kbd> {t('documents.approve')}{' '}
          <Kbd>R</Kbd> {t('documents.reject')}
        </>
      }
      row={(d) => (
        <>
          <span className={q.rowName}>
            <bdi>{d.client_name}</bdi>
          </span>
          <span className={q.rowMeta}>
            {d.type_label}
            {' · '}
            {queue === 'expiring' && d.expires_at ? (
              words.expiry(d.expires_at)
            ) : (
              <RelativeTime at={d.created_at} />
            )}
          </span>
          {queue !== 'pending' && <StatusPill label={words.status(d.status)} hue={words.hue(d.status)} />}
        </>
      )}
    >
      {chosen && (
        <div className={c.work}>
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
    </Queue>
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
