import { Button } from '@mantine/core';
import {
  type Icon,
  IconEye,
  IconHistory,
  IconKey,
  IconLogin2,
  IconPencil,
  IconShieldLock,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AuditEntry, User } from '@/api/types';
import { Diff, EmptyState, ErrorState, RelativeTime, SkeletonLines } from '@/components';
import record from '@/components/record/record.module.css';
import { useNames } from '@/data/names';
import { useUserActivity } from './query';
import c from './users.module.css';

const LINKED = new Set(['client', 'lead', 'contact']);
const ICONS: [RegExp, Icon][] = [
  [/^session\./, IconLogin2],
  [/password|api_key/, IconKey],
  [/two_factor|role/, IconShieldLock],
  [/reveal/, IconEye],
  [/updated|created|deleted/, IconPencil],
];

/** What this person did, and what was done to the account, newest first; or only what they revealed. */
export function UserActivity({ user, kind }: { user: User; kind?: 'reveals' }) {
  const { t } = useTranslation();
  const query = useUserActivity(user.id, kind);
  if (query.isLoading) return <SkeletonLines lines={8} gap={22} />;
  if (query.isError && !query.data)
    return <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />;
  const entries = query.data?.pages.flatMap((p) => p.data) ?? [];
  if (!entries.length)
    return <EmptyState icon={<IconHistory size={20} stroke={1.6} />} title={t('components.noHistory')} />;
  return (
    <>
      <ol className={record.timeline}>
        {entries.map((e) => (
          <Entry key={e.id} entry={e} user={user} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('components.showMore')}
        </Button>
      )}
    </>
  );
}

function Entry({ entry, user }: { entry: AuditEntry; user: User }) {
  const names = useNames();
  const { type, id, label } = entry.resource;
  const Glyph = ICONS.find(([r]) => r.test(entry.action))?.[1] ?? IconHistory;
  const about = id === user.id ? null : label;
  const link = id && LINKED.has(type) ? `/${type}s/${id}` : null;
  // one's own doings need no name
  const by = entry.actor?.id === user.id ? null : names.actor(entry.actor);
  const foot = [by, entry.ip].filter((part): part is string => Boolean(part));
  return (
    <li className={record.entry}>
      <span className={record.glyph} aria-hidden>
        <Glyph size={14} stroke={1.8} />
      </span>
      <div className={record.entryBody}>
        <p>
          <b>{names.action(entry.action)}</b>
          {about && (
            <>
              {' '}
              {link ? (
                <Link to={link} className={c.link}>
                  {about}
                </Link>
              ) : (
                <bdi>{about}</bdi>
              )}
            </>
          )}
          <span className={record.when}>
            <RelativeTime at={entry.at} />
          </span>
        </p>
        <Diff
          lines={entry.diff}
          label={(field) => names.field(type, field)}
          value={(field, v) => names.value(type, field, v)}
        />
        {foot.length > 0 && (
          <span className={c.foot}>
            {foot.map((part, i) => (
              <span key={part}>
                {i > 0 && ' · '}
                <bdi>{part}</bdi>
              </span>
            ))}
          </span>
        )}
      </div>
    </li>
  );
}
