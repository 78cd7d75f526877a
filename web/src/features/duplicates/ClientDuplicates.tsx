import { Button } from '@mantine/core';
import { IconArrowMerge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { StatusPill } from '@/components';
import { useCan } from '@/session/session';
import c from './duplicates.module.css';
import { MergeDialog } from './MergeDialog';
import { matchesQuery } from './query';
import type { Match } from './types';
import { useDuplicateWords } from './words';

/** On a client's page: who may be the same person. Nothing for most. */
export function ClientDuplicates({ client }: { client: Client }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const words = useDuplicateWords();
  const { data } = useQuery(matchesQuery('clients', client.id));
  const [merging, setMerging] = useState<Match | null>(null);
  if (!data?.length && !merging) return null;
  return (
    <section className={c.found} aria-label={t('duplicates.mayBe', { count: data?.length ?? 0 })}>
      <h3>{t('duplicates.mayBe', { count: data?.length ?? 0 })}</h3>
      <ul>
        {data?.map((m) => (
          <li key={m.id}>
            <Link to={`/${m.kind}s/${m.id}`} className={c.foundName}>
              <bdi>{m.name}</bdi>
            </Link>
            <StatusPill label={words.likeness(m.score)} hue={words.hue(m.score)} />
            <span className={c.foundWhy}>
              {m.kind === 'lead' && `${t('duplicates.lead')} · `}
              {words.reasons(m.reasons)}
            </span>
            {m.kind === 'client' && can('clients.merge') && (
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<IconArrowMerge size={14} aria-hidden />}
                aria-label={t('duplicates.mergeWith', { name: m.name })}
                onClick={() => setMerging(m)}
              >
                {t('duplicates.merge')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {merging && (
        <MergeDialog
          a={client}
          b={merging}
          onClose={() => setMerging(null)}
          onMerged={(keep) =>
            keep === client.id ? undefined : navigate({ to: `/clients/${keep}`, replace: true })
          }
        />
      )}
    </section>
  );
}
