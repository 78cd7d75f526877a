import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import c from './activities.module.css';
import { groupOf } from './groups';
import { type Activity, type ActivityType, isOpen, parentOf } from './types';
import type { Clock } from './useClock';
import { RECORDS, TYPE_HUES, TYPE_ICONS } from './words';

/** The kind of an activity as a small coloured sign; its name is for those who can't see it. */
export function TypeSign({ type }: { type: ActivityType }) {
  const { t } = useTranslation();
  const Glyph = TYPE_ICONS[type] ?? TYPE_ICONS.task;
  return (
    <span className={c.sign} data-hue={TYPE_HUES[type] ?? 'grey'} title={t(`activities.type.${type}`)}>
      <Glyph size={13} stroke={1.9} aria-hidden />
      <span className="sr-only">{t(`activities.type.${type}`)}</span>
    </span>
  );
}

/** When it is due: red when it is late, in the warning colour today. */
export function Due({ activity: a, clock }: { activity: Activity; clock: Clock }) {
  const { t } = useTranslation();
  if (!a.due_at) return null;
  const group = groupOf(a, { now: new Date(), zone: clock.zone });
  const tone = !isOpen(a) ? undefined : group === 'overdue' || group === 'today' ? group : undefined;
  return (
    <time dateTime={a.due_at} className={c.due} data-due={tone}>
      {tone === 'overdue' && <span className="sr-only">{t('activities.status.overdue')}: </span>}
      {clock.when(a.due_at, a.all_day)}
    </time>
  );
}

export function RecordLink({ activity: a }: { activity: Activity }) {
  const parent = parentOf(a);
  if (!parent?.name) return null;
  const { icon: Glyph, path } = RECORDS[parent.kind];
  return (
    <Link to={`${path}/${parent.id}`} className={c.record}>
      <Glyph size={13} stroke={1.8} aria-hidden />
      <bdi>{parent.name}</bdi>
    </Link>
  );
}
