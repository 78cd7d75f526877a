import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/components';
import { useMove } from '../query';
import type { Activity } from '../types';
import type { Clock } from '../useClock';
import { moved, SNAP } from './grid';

/** What an arrow key with Alt does, in the month and where there are hours. */
const KEYS: Record<'days' | 'hours', Record<string, { days?: number; by?: number }>> = {
  days: { ArrowUp: { days: -7 }, ArrowDown: { days: 7 } },
  hours: { ArrowUp: { by: -SNAP }, ArrowDown: { by: SNAP } },
};

/** Moves by hand and by key: on screen at once, with a way back, and the focus stays on what was moved. */
export function useMoves(clock: Clock, zone: string) {
  const { t } = useTranslation();
  const { mutateAsync } = useMove();
  const [said, setSaid] = useState('');
  const focus = useRef<string | null>(null);
  const offer = useRef<string | null>(null);
  useLayoutEffect(() => {
    const id = focus.current;
    if (!id) return;
    const again = document.querySelector<HTMLElement>(`[data-event="${CSS.escape(id)}"]`);
    if (again && document.activeElement !== again) again.focus({ preventScroll: true });
  });

  const move = (activity: Activity, due_at: string) => {
    const before = activity.due_at;
    if (!before || new Date(before).getTime() === new Date(due_at).getTime()) return;
    mutateAsync({ activity, due_at })
      .then(() => {
        const message = t('activities.calendar.moved', {
          subject: activity.subject,
          when: clock.when(due_at, activity.all_day),
        });
        setSaid(message);
        if (offer.current) toast.hide(offer.current);
        offer.current = toast.undo(message, () => {
          mutateAsync({ activity: { ...activity, due_at }, due_at: before }).catch(() => undefined);
        });
      })
      .catch(() => undefined);
  };
  const onKey = (kind: 'days' | 'hours', activity: Activity) => (e: KeyboardEvent<HTMLElement>) => {
    if (!e.altKey || e.ctrlKey || e.metaKey || activity.virtual) return;
    const rtl = document.documentElement.dir === 'rtl';
    const side = { ArrowRight: { days: rtl ? -1 : 1 }, ArrowLeft: { days: rtl ? 1 : -1 } }[e.key];
    const to = side ?? KEYS[kind][e.key];
    if (!to) return;
    e.preventDefault();
    focus.current = activity.id;
    move(activity, moved(activity, zone, to));
  };
  /** Somebody who went elsewhere is not called back. */
  const onBlur = () => {
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body) focus.current = null;
    });
  };
  return { move, onKey, onBlur, said };
}
export type Moves = ReturnType<typeof useMoves>;

/** What is being dragged, and where in it the hand is; one thing at a time. */
export const drag: { activity: Activity | null; grip: number } = { activity: null, grip: 0 };
