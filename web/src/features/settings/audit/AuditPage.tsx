import { Button } from '@mantine/core';
import {
  IconBolt,
  IconCalendar,
  IconDatabase,
  IconSettings,
  IconShieldCheck,
  IconUser,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { AuditEntry } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Diff, EmptyState, ErrorState, Ltr, Notice, Person, SkeletonLines } from '@/components';
import { FilterBar, type FilterDef } from '@/components/list';
import { useList } from '@/data/lists';
import { humanise, useOwnerOptions } from '@/data/lookups';
import { useNames } from '@/data/names';
import { apiQuery, clearFilters, isFiltered, type ListSearch } from '@/lib/listSearch';
import c from '../settings.module.css';

const KEYS = ['actor', 'action', 'resource_type', 'created'];
const TYPES = ['client', 'lead', 'partner', 'user', 'team', 'job', 'tenant'];
const ACTIONS = [
  'client.created',
  'client.updated',
  'client.deleted',
  'client.restored',
  'lead.created',
  'lead.updated',
  'partner.created',
  'partner.updated',
  'user.created',
  'user.updated',
  'session.created',
  'session.failed',
  'session.ended',
];

/** The URL keeps one range of days; the server wants `from` and `to`. */
function auditQuery(search: ListSearch): Record<string, string> {
  const { created_from, created_to, ...rest } = apiQuery({ ...search, sort: undefined, q: undefined }, KEYS);
  return {
    ...rest,
    ...(created_from ? { from: created_from } : {}),
    ...(created_to ? { to: created_to } : {}),
  };
}

export function AuditPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const list = useList(
    'audit',
    useMemo(() => auditQuery(search), [search]),
    50,
  );
  const owners = useOwnerOptions();
  const names = useNames();
  const go = (next: ListSearch) => void navigate({ to: '.', search: next as never, replace: true });
  const { query, rows } = list;
  const seen = [...new Set(rows.map((r) => r.action))].sort().join(',');
  const filters = useMemo<FilterDef[]>(
    () =>
      [
        { key: 'actor', label: t('settings.audit.actor'), icon: IconUser, options: owners },
        {
          key: 'action',
          label: t('settings.audit.action'),
          icon: IconBolt,
          options: [...new Set([...ACTIONS, ...seen.split(',').filter(Boolean)])].map((value) => ({
            value,
            label: names.action(value),
          })),
        },
        {
          key: 'resource_type',
          label: t('settings.audit.type'),
          icon: IconDatabase,
          options: TYPES.map((value) => ({
            value,
            label: t(`settings.audit.kind.${value}`, { defaultValue: humanise(value) }),
          })),
        },
        { key: 'created', label: t('settings.audit.when'), icon: IconCalendar },
      ].filter((x) => !x.options || x.options.length > 0),
    [t, names, owners, seen],
  );
  return (
    <div className={c.column}>
      <div className={c.bar}>
        <FilterBar filters={filters} search={search} onChange={go} />
        <span className={c.grow} />
        <VerifyButton />
      </div>
      <section className={c.scroll} aria-label={t('settings.audit.title')} tabIndex={0}>
        {query.isLoading && (
          <div className={c.page}>
            <SkeletonLines lines={12} gap={28} />
          </div>
        )}
        {query.isError && !rows.length && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )}
        {query.isSuccess &&
          !rows.length &&
          (isFiltered(search, KEYS) ? (
            <EmptyState
              title={t('components.list.noMatch')}
              action={
                <Button variant="default" onClick={() => go(clearFilters(search, KEYS))}>
                  {t('components.list.clear')}
                </Button>
              }
            />
          ) : (
            <EmptyState title={t('settings.audit.nothing')} />
          ))}
        <ol className={c.entries}>
          {rows.map((e) => (
            <Entry key={e.id} entry={e} />
          ))}
        </ol>
        {query.hasNextPage && (
          <div className={c.foot}>
            <Button variant="default" loading={query.isFetchingNextPage} onClick={list.more}>
              {t('components.showMore')}
            </Button>
          </div>
        )}
      </section>
    </div>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const f = useFormat();
  const names = useNames();
  const { type, id, label } = entry.resource;
  const self = id !== null && id === entry.actor?.id;
  const name = self ? null : label;
  const link = id && (type === 'client' || type === 'lead') ? `/${type}s/${id}` : null;
  return (
    <li className={c.entry}>
      <time dateTime={entry.at} className="dim num">
        {f.dateTime(entry.at)}
      </time>
      <span>
        {entry.actor?.id ? (
          <Person name={entry.actor.name} size={20} />
        ) : (
          <span className={c.system}>
            <IconSettings size={14} stroke={1.6} aria-hidden />
            {names.actor(entry.actor)}
          </span>
        )}
      </span>
      <div className={c.entryMain}>
        <span>
          <b>{names.action(entry.action)}</b>
          {name && <> {link ? <Link to={link}>{name}</Link> : <bdi>{name}</bdi>}</>}
        </span>
        <Diff
          lines={entry.diff}
          label={(field) => names.field(type, field)}
          value={(field, v) => names.value(type, field, v)}
        />
      </div>
      <div className={c.entrySide}>
        <Ltr>{[entry.seq == null ? null : `#${entry.seq}`, entry.ip].filter(Boolean).join(' · ')}</Ltr>
        {entry.request_id && (
          <div title={`${t('components.requestId')} ${entry.request_id}`}>
            <Ltr>…{entry.request_id.slice(-12)}</Ltr>
          </div>
        )}
      </div>
    </li>
  );
}

function VerifyButton() {
  const { t } = useTranslation();
  const f = useFormat();
  const verify = useMutation({ mutationFn: () => api.post('/audit/verify') });
  const result = verify.data;
  return (
    <>
      {result && (
        <Notice tone={result.ok ? 'pos' : 'neg'}>
          {result.ok
            ? t('settings.audit.intact', { count: result.entries, n: f.int(result.entries) })
            : t('settings.audit.broken', { at: result.first_bad })}{' '}
          <bdi className={c.mono}>{result.head?.slice(0, 12)}</bdi>
        </Notice>
      )}
      <Button
        variant="default"
        leftSection={<IconShieldCheck size={15} aria-hidden />}
        loading={verify.isPending}
        onClick={() => verify.mutate()}
      >
        {t('settings.audit.verify')}
      </Button>
    </>
  );
}
