import { useQuery } from '@tanstack/react-query';
import { useEffect, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Masked, StatusPill } from '@/components';
import { useCan } from '@/session/session';
import c from './duplicates.module.css';
import { matchesQuery } from './query';
import type { Match } from './types';
import { useDuplicateWords } from './words';

const sameAddress = (a: string | null | undefined, b: string | null | undefined): boolean =>
  Boolean(a) && a?.toLowerCase() === b?.toLowerCase();

/** The client that a lead becomes part of; null makes a new one. */
export type LinkTarget = { id: string; name: string | null } | null;
type Props = {
  lead: { id: string; email?: string | null };
  value: LinkTarget;
  onChange: (target: LinkTarget) => void;
  /** One that the server named although it is not among the matches. */
  named?: string | null;
};

/** A lead that is a client already is not made another one: it is linked to the one that is there. */
export function LinkChoice({ lead, value, onChange, named }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const can = useCan();
  const words = useDuplicateWords();
  const may = can('clients.update') && can('clients.read');
  const { data = [] } = useQuery({ ...matchesQuery('leads', lead.id), enabled: may });
  const clients = data.filter((m) => m.kind === 'client');
  // an address can't be somebody's a second time: there is no new client with it
  const holder = clients.find((m) => !m.masked.includes('email') && sameAddress(m.email, lead.email));
  const first = holder ?? clients.find((m) => m.reasons.includes('email'));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is known
  useEffect(() => {
    if (first) onChange({ id: first.id, name: first.name });
  }, [first?.id]);
  if (!may) return null;
  const unknown = named && !clients.some((m) => m.id === named) ? named : null;
  if (!clients.length && !unknown) return null;
  const option = (target: LinkTarget, match?: Match) => (
    <label key={target?.id ?? 'new'} className={c.link}>
      <input
        type="radio"
        name={id}
        checked={(value?.id ?? null) === (target?.id ?? null)}
        disabled={!target && Boolean(holder)}
        onChange={() => onChange(target)}
      />
      <span>
        {target
          ? t('duplicates.linkTo', { name: target.name ?? t('duplicates.theExisting') })
          : t('duplicates.makeNew')}
        {match && (
          <span className={c.linkWhy}>
            <StatusPill label={words.likeness(match.score)} hue={words.hue(match.score)} />
            {words.reasons(match.reasons)}
            {match.email && <Masked plain record={match} field="email" value={match.email} />}
          </span>
        )}
      </span>
    </label>
  );
  return (
    <fieldset className={c.links}>
      <legend>{t('duplicates.alreadyClient')}</legend>
      {clients.map((m) => option({ id: m.id, name: m.name }, m))}
      {unknown && option({ id: unknown, name: null })}
      {option(null)}
    </fieldset>
  );
}
