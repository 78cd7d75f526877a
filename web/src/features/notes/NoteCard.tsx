import { IconPinFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Note } from '@/api/types';
import { Avatar, errorText, RelativeTime, type RowAction, RowActions, toast } from '@/components';
import { Markdown } from '@/components/markdown';
import { useCan } from '@/session/session';
import { Composer } from './Composer';
import c from './notes.module.css';
import { useChangeNote, useDeleteNote, useRestoreNote } from './query';
import type { Parent } from './types';

export function NoteCard({ note, parent }: { note: Note; parent: Parent }) {
  const { t } = useTranslation();
  const can = useCan();
  const change = useChangeNote(parent);
  const { mutateAsync: remove } = useDeleteNote(parent);
  const { mutateAsync: restore } = useRestoreNote(parent);
  const [editing, setEditing] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const own = note.mine && can('notes.create');
  const actions: RowAction[] = [
    ...(own || can('notes.update')
      ? [
          {
            key: 'pin',
            label: t(note.pinned ? 'notes.unpin' : 'notes.pin'),
            run: () => change.mutate({ note, patch: { pinned: !note.pinned } }),
          },
          { key: 'edit', label: t('notes.edit'), run: () => setEditing(true) },
        ]
      : []),
    ...(own || can('notes.delete')
      ? [
          {
            key: 'delete',
            label: t('notes.delete'),
            run: () =>
              void remove(note)
                .then(() =>
                  toast.undo(t('notes.deleted'), () => {
                    restore(note).catch(() => undefined);
                  }),
                )
                .catch(() => undefined),
          },
        ]
      : []),
  ];
  const edited = Date.parse(note.updated_at) - Date.parse(note.created_at) > 1000;
  return (
    <li className={c.note} data-note={note.id} data-pinned={note.pinned || undefined}>
      <Avatar name={note.author_name} size={26} />
      <div className={c.body}>
        <div className={c.line}>
          <b>
            <bdi>{note.author_name}</bdi>
          </b>
          <span className="dim">
            <RelativeTime at={note.created_at} />
            {edited && ` · ${t('notes.edited')}`}
          </span>
          {note.pinned && (
            <span className={c.pin}>
              <IconPinFilled size={13} aria-hidden />
              {t('notes.pinned')}
            </span>
          )}
          <span className={c.grow} />
          <RowActions name={t('notes.of', { name: note.author_name })} actions={actions} />
        </div>
        {editing ? (
          <Composer
            autoFocus
            initial={note.content}
            label={t('notes.editLabel')}
            submit={t('components.save')}
            busy={change.isPending}
            error={error}
            onCancel={() => setEditing(false)}
            onSave={(content) =>
              change
                .mutateAsync({ note, patch: { content } })
                .then(() => setEditing(false))
                .catch((e: unknown) => {
                  setError(errorText(e));
                  throw e;
                })
            }
          />
        ) : (
          <Markdown source={note.content} />
        )}
      </div>
    </li>
  );
}
