import { Button } from '@mantine/core';
import { IconArrowBackUp, IconEye, IconFilter, IconSettings } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Diff, Ltr, Person } from '@/components';
import { useTakeBack } from '@/data/bulk';
import { useNames } from '@/data/names';
import { useCan, useMe } from '@/session/session';
import c from '../settings.module.css';
import { pathOf } from './actions';
import a from './audit.module.css';
import { storyOf } from './story';

type Props = {
  entry: AuditEntry;
  /** Whether only one record is shown already. */
  filtered: boolean;
  onRecord: (id: string) => void;
};

export function Entry({ entry, filtered, onRecord }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const names = useNames();
  const { type, id, label } = entry.resource;
  const self = id !== null && id === entry.actor?.id;
  const link = self ? null : pathOf(type, id);
  // what has a page but no name of its own is named by its kind
  const name = self ? null : (label ?? (link ? t(`audit.kind.${type}`) : null));
  const story = storyOf(entry);
  const can = useCan();
  const me = useMe();
  const takeBack = useTakeBack();
  // by whoever made the change, or may change settings
  const mayUndo = story.undoId && (can('settings.manage') || entry.actor?.id === me.user.id);
  return (
    <li className={c.entry} data-action={entry.action}>
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
        <span className={a.title}>
          <b>{names.action(entry.action)}</b>
          {name && (link ? <Link to={link}>{name}</Link> : <bdi>{name}</bdi>)}
          {id && !self && !filtered && (
            <button
              type="button"
              className={a.only}
              onClick={() => onRecord(id)}
              aria-label={t('audit.onlyThis', { name: name ?? t('audit.record') })}
              title={t('audit.onlyThis', { name: name ?? t('audit.record') })}
            >
              <IconFilter size={13} aria-hidden />
            </button>
          )}
        </span>
        {story.fields.length > 0 && (
          <span className={a.story}>
            <IconEye size={14} stroke={1.7} aria-hidden />
            {t('audit.looked', { fields: story.fields.map((x) => names.field(type, x)).join(', ') })}
          </span>
        )}
        {story.purpose && (
          <span className={a.story}>
            {t('audit.purpose')} <bdi>{story.purpose}</bdi>
          </span>
        )}
        <Diff
          lines={story.rest}
          label={(field) => names.field(type, field)}
          value={(field, v) => names.value(type, field, v)}
        />
        {mayUndo && (
          <Button
            className={a.undo}
            variant="default"
            size="compact-sm"
            leftSection={<IconArrowBackUp size={14} className="flip" aria-hidden />}
            loading={takeBack.isPending}
            disabled={takeBack.isSuccess}
            onClick={() => story.undoId && takeBack.mutate(story.undoId)}
          >
            {t('audit.takeBack')}
          </Button>
        )}
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
