import { Button } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { MergeOfClient } from '@/api/types';
import { useFormat } from '@/app/ui';
import { useCan } from '@/session/session';
import c from './duplicates.module.css';
import { mergesQuery } from './query';
import { SplitDialog } from './SplitDialog';
import type { MergeKind } from './types';
import { useDuplicateWords } from './words';

/** On a record's page: what was merged into it, and the way back. Nothing for most. */
export function Merges({ kind, id }: { kind: MergeKind; id: string }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const { data } = useQuery({ ...mergesQuery(kind, id), enabled: can(`${kind}.merge`) });
  const words = useDuplicateWords(kind);
  const [splitting, setSplitting] = useState<MergeOfClient | null>(null);
  if (!data?.length) return null;
  return (
    <section className={c.merges}>
      <h3>{words.say('merges')}</h3>
      <ul>
        {data.map((m) => {
          const into = m.keep_id === id;
          const other = into ? { id: m.drop_id, name: m.drop_name } : { id: m.keep_id, name: m.keep_name };
          return (
            <li key={m.id}>
              <div className={c.mergeText}>
                <p>
                  <Trans
                    i18nKey={`duplicates.${kind === 'contacts' ? 'contacts.' : ''}${into ? 'wasMergedIn' : 'wasMergedInto'}`}
                    components={{
                      other: (
                        <Part
                          of={<Other kind={kind} to={m.split_at ? other.id : null} name={other.name} />}
                        />
                      ),
                    }}
                  />
                </p>
                <p className={c.foundWhy}>
                  {t('duplicates.byAt', { name: m.by.name, at: f.dateTime(m.at) })}
                  {m.split_at &&
                    ` · ${t('duplicates.splitByAt', { name: m.split_by?.name ?? t('components.system'), at: f.dateTime(m.split_at) })}`}
                  {!m.split_at && m.blocked_by.length > 0 && ` · ${t('duplicates.problem.split_blocked')}`}
                </p>
              </div>
              {m.can_split && (
                <Button
                  variant="default"
                  size="compact-sm"
                  leftSection={<IconArrowsSplit2 size={14} aria-hidden />}
                  aria-label={t('duplicates.splitFrom', { name: other.name })}
                  onClick={() => setSplitting(m)}
                >
                  {t('duplicates.split')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {splitting && <SplitDialog kind={kind} merge={splitting} onClose={() => setSplitting(null)} />}
    </section>
  );
}

/** Trans puts children of its own into its parts: what they show travels beside them. */
const Part = ({ of }: { of: ReactNode }) => of;

/** Somewhere to go only while it is a record of its own. */
function Other({ kind, to, name }: { kind: MergeKind; to: string | null; name: string }) {
  const said = <bdi>{name}</bdi>;
  return to ? (
    <Link to={`/${kind}/${to}`} className={c.foundName}>
      {said}
    </Link>
  ) : (
    <b>{said}</b>
  );
}
