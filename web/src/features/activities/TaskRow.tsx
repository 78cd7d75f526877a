import { IconFlag, IconRepeat } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Avatar, type RowAction, RowActions } from '@/components';
import { useCan } from '@/session/session';
import c from './activities.module.css';
import { Due, RecordLink, TypeSign } from './parts';
import type { Activity } from './types';
import type { Clock } from './useClock';
import type { TaskActions } from './useTaskActions';

type Props = {
  activity: Activity;
  clock: Clock;
  actions: TaskActions;
  onOpen: (a: Activity) => void;
  /** On a record's own page its name is known. */
  plain?: boolean;
  /** Whose it is goes without saying among one's own. */
  mine?: boolean;
};

/** One thing to do: a circle to tick, what it is, and the few facts that decide what comes next. */
export function TaskRow({ activity: a, clock, actions, onOpen, plain, mine }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const done = a.status === 'completed';
  const closed = done || a.status === 'cancelled';
  const editable = can('activities.update');
  const more: RowAction[] = [
    { key: 'open', label: t(editable ? 'activities.edit' : 'activities.open'), run: () => onOpen(a) },
    ...(editable && !closed
      ? [{ key: 'cancel', label: t('activities.cancel'), run: () => actions.cancel(a) }]
      : []),
    ...(can('activities.delete')
      ? [{ key: 'delete', label: t('activities.delete'), run: () => actions.remove(a) }]
      : []),
  ];
  return (
    <li className={c.task} data-task={a.id} data-closed={closed || undefined}>
      <input
        type="checkbox"
        className={c.tick}
        aria-label={t('activities.completeIt', { subject: a.subject })}
        checked={done}
        disabled={!editable || a.status === 'cancelled'}
        onChange={() => (done ? actions.reopen(a) : actions.complete(a))}
      />
      <TypeSign type={a.type} />
      <span className={c.main}>
        <button type="button" className={c.subject} data-open onClick={() => onOpen(a)}>
          <bdi>{a.subject}</bdi>
        </button>
        <span className={c.meta}>
          {!plain && <RecordLink activity={a} />}
          {closed && a.outcome && (
            <span className={c.outcome}>
              <bdi>{a.outcome}</bdi>
            </span>
          )}
          {a.status === 'cancelled' && <span>{t('activities.status.cancelled')}</span>}
        </span>
      </span>
      {(a.priority === 'high' || a.priority === 'urgent') && !closed && (
        <span
          className={c.flag}
          data-priority={a.priority}
          title={t('activities.priorityIs', { priority: t(`activities.priority.${a.priority}`) })}
        >
          <IconFlag size={14} aria-hidden />
          <span className="sr-only">{t(`activities.priority.${a.priority}`)}</span>
        </span>
      )}
      {a.repeat && (
        <span className={c.repeats} title={a.repeat_text ?? t('activities.repeat.title')}>
          <IconRepeat size={14} aria-hidden />
          <span className="sr-only">{a.repeat_text ?? t('activities.repeat.title')}</span>
        </span>
      )}
      <Due activity={a} clock={clock} />
      {!mine && a.assigned_to_name && (
        <span className={c.who} title={a.assigned_to_name}>
          <Avatar name={a.assigned_to_name} size={20} />
          <span className="sr-only">{a.assigned_to_name}</span>
        </span>
      )}
      <RowActions name={a.subject} actions={more} />
    </li>
  );
}
