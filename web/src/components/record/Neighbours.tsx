import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import { useFormat } from '@/app/ui';
import type { Entity } from '@/data/lists';
import { useNeighbours } from '@/data/neighbours';
import { shortcutAllowed } from '@/lib/keys';
import { Kbd } from '../Values';
import c from './record.module.css';

type Step = 'previous' | 'next';
/**
 * Where one is going, and steps asked for before that record was there: none of them is lost, though the page of
 * the one before is gone by then.
 */
const walk: { to: string | null; since: number; steps: Step[] } = { to: null, since: 0, steps: [] };
const PATIENCE = 3_000;

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
  const latest = useRef({ id, at, onGo, onNear });
  latest.current = { id, at, onGo, onNear };
  const ready = at !== null;
  const go = useCallback((to: string | null) => {
    if (!to) return;
    walk.to = to;
    walk.since = Date.now();
    latest.current.onGo(to);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per record and answer
  useEffect(() => {
    const now = latest.current;
    if (!now.at) return;
    if (walk.to !== id) walk.steps = [];
    walk.to = null;
    const step = walk.steps.shift();
    if (step) {
      if (now.at[step]) go(now.at[step]);
      else walk.steps = [];
    } else if (now.at.next) now.onNear?.(now.at.next);
  }, [id, ready]);
  useEffect(() => {
    if (!keys) return;
    const onKey = (e: KeyboardEvent) => {
      const step = { j: 'next', k: 'previous' }[e.key.toLowerCase()] as Step | undefined;
      if (!step || !shortcutAllowed(e)) return;
      e.preventDefault();
      const now = latest.current;
      const onTheWay = walk.to !== null && walk.to !== now.id && Date.now() - walk.since < PATIENCE;
      if (!now.at || onTheWay) walk.steps.push(step);
      else go(now.at[step]);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [keys, go]);
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
        onClick={() => go(to)}
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
