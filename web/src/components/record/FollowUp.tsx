import { Button, Popover } from '@mantine/core';
import { IconBell, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Dash } from '../Values';
import { dueOf, fromField, QUICK, quickDate, toField } from './due';
import c from './followup.module.css';
import record from './record.module.css';

/** A date in the words of the day: red when it is over, in the warning colour today. */
export function DueDate({ at, plain }: { at: string | null | undefined; plain?: boolean }) {
  const { t } = useTranslation();
  const f = useFormat();
  if (!at) return <Dash />;
  const due = dueOf(at);
  const words =
    due === 'later' || (due === 'overdue' && !isToday(at))
      ? f.dateTime(at)
      : t(`record.due.${due === 'overdue' ? 'today' : due}`, { time: f.time(at) });
  return (
    <time dateTime={at} title={f.dateTime(at)} className={c.due} data-due={due}>
      {!plain && <IconBell size={13} aria-hidden />}
      {due === 'overdue' && <span className="sr-only">{t('record.due.overdue')} </span>}
      {words}
    </time>
  );
}
const isToday = (at: string) => new Date(at).toDateString() === new Date().toDateString();

export type FollowUpValue = { at: string | null; note: string | null };
type Props = {
  label: string;
  at: string | null | undefined;
  note: string | null | undefined;
  readOnly: boolean;
  onSave: (value: FollowUpValue) => void;
};

/** When to come back, and what for: three dates to pick at once, any other below. */
export function FollowUp({ label, at, note, readOnly, onSave }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const [draft, setDraft] = useState<{ at: string; note: string } | null>(null);
  const shown = (
    <span className={record.value}>
      <DueDate at={at} />
      {at && note && (
        <span className={c.note}>
          <bdi>{note}</bdi>
        </span>
      )}
    </span>
  );
  if (readOnly) return shown;
  const close = () => setDraft(null);
  const save = (when: Date | null) => {
    onSave({ at: when?.toISOString() ?? null, note: when ? draft?.note.trim() || null : null });
    close();
  };
  const typed = draft && fromField(draft.at);
  return (
    <Popover
      opened={draft !== null}
      onChange={(open) => {
        if (!open) close();
      }}
      position="bottom-start"
      width={280}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className={record.inline}
          data-inline="pick"
          aria-expanded={draft !== null}
          onClick={() => setDraft(draft ? null : { at: at ? toField(new Date(at)) : '', note: note ?? '' })}
        >
          <span className="sr-only">{t('components.edit', { field: label })}</span>
          {shown}
          <IconPencil size={13} className={record.pencil} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={c.box} aria-label={label}>
        <div className={c.quick}>
          {QUICK.map((word) => {
            const when = quickDate(word);
            return (
              <button key={word} type="button" onClick={() => save(when)}>
                <span>{t(`record.quick.${word}`)}</span>
                <span className="dim">
                  {word === 'today' ? f.time(when.toISOString()) : f.weekday(when.toISOString())}
                </span>
              </button>
            );
          })}
        </div>
        <form
          className={c.form}
          onSubmit={(e) => {
            e.preventDefault();
            if (typed) save(typed);
          }}
        >
          <label>
            <span>{t('record.date')}</span>
            <input
              type="datetime-local"
              value={draft?.at ?? ''}
              onChange={(e) => draft && setDraft({ ...draft, at: e.currentTarget.value })}
            />
          </label>
          <label>
            <span>{t('record.what')}</span>
            <input
              type="text"
              dir="auto"
              maxLength={200}
              autoComplete="off"
              placeholder={t('record.whatHint')}
              value={draft?.note ?? ''}
              onChange={(e) => draft && setDraft({ ...draft, note: e.currentTarget.value })}
            />
          </label>
          <div className={c.foot}>
            {at && (
              <Button variant="subtle" color="gray" size="compact-sm" onClick={() => save(null)}>
                {t('record.clearDue')}
              </Button>
            )}
            <span className={record.grow} />
            <Button type="submit" size="compact-sm" disabled={!typed}>
              {t('components.save')}
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
