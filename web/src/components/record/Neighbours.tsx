import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import { useFormat } from '@/app/ui';
import type { Entity } from '@/data/lists';
import { useNeighbours } from '@/data/neighbours';
import { shortcutAllowed } from '@/lib/keys';
import { Kbd } from '../Values';
import c from './record.module.css';

type Props = {
  entity: Entity;
  id: string;
  /** The list's filters and order, as the server is asked for them; absent where it cannot be asked. */
  params?: Query;
  /** J and K step, too: on a page of its own. Beside a list they belong to the list. */
  keys?: boolean;
  onGo: (id: string) => void;
  /** Called with who may be looked at next. */
  onNear?: (id: string) => void;
};

/** Up and down through the list one came from. */
export function Neighbours({ entity, id, params, keys, onGo, onNear }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const at = useNeighbours(entity, id, params);
  const latest = useRef({ at, onGo, onNear });
  latest.current = { at, onGo, onNear };
  /** A step asked for before the answer was there: taken as soon as it is. */
  const waiting = useRef<'previous' | 'next' | null>(null);
  const ready = at !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per record and answer
  useEffect(() => {
    const now = latest.current;
    if (!now.at) return;
    const to = waiting.current && now.at[waiting.current];
    waiting.current = null;
    if (to) now.onGo(to);
    else if (now.at.next) now.onNear?.(now.at.next);
  }, [id, ready]);
  useEffect(() => {
    if (!keys) return;
    const onKey = (e: KeyboardEvent) => {
      const step = { j: 'next', k: 'previous' }[e.key.toLowerCase()] as 'next' | 'previous' | undefined;
      if (!step || !shortcutAllowed(e)) return;
      e.preventDefault();
      const now = latest.current;
      const to = now.at?.[step];
      if (!now.at) waiting.current = step;
      else if (to) now.onGo(to);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [keys]);
  if (!at) return null;
  const step = (to: string | null, label: string, key: string, Glyph: typeof IconChevronUp) => (
    <Tooltip
      label={
        keys ? (
          <>
            {label} <Kbd>{key}</Kbd>
          </>
        ) : (
          label
        )
      }
    >
      <ActionIcon
        size={24}
        aria-label={label}
        aria-disabled={!to}
        data-disabled={!to || undefined}
        onClick={() => to && onGo(to)}
      >
        <Glyph size={15} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  const total = (at.estimate ? '~' : '') + f.int(at.total);
  return (
    <span className={c.steps} data-testid="neighbours">
      {at.position !== null && (
        <span className="num">{t('components.position', { n: f.int(at.position), total })}</span>
      )}
      {step(at.previous, t('components.previous'), 'K', IconChevronUp)}
      {step(at.next, t('components.next'), 'J', IconChevronDown)}
    </span>
  );
}
