import { Button } from '@mantine/core';
import { IconNotes } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, errorText, SkeletonLines } from '@/components';
import { useCan } from '@/session/session';
import { Composer } from './Composer';
import { NoteCard } from './NoteCard';
import c from './notes.module.css';
import { notesQuery, useWriteNote } from './query';
import type { Parent } from './types';

/** What people wrote down about a record: pinned notes first, then the newest. */
export function NotesPanel({ parent }: { parent: Parent }) {
  const { t } = useTranslation();
  const can = useCan();
  const query = useInfiniteQuery(notesQuery(parent));
  const write = useWriteNote(parent);
  const notes = query.data?.pages.flatMap((p) => p.data) ?? [];
  return (
    <div className={c.panel}>
      {can('notes.create') && (
        <Composer
          key={parent.id}
          label={t('notes.write')}
          submit={t('notes.add')}
          busy={write.isPending}
          error={write.isError ? errorText(write.error) : null}
          onSave={(content) => write.mutateAsync(content)}
        />
      )}
      {query.isLoading ? (
        <SkeletonLines lines={6} gap={22} />
      ) : query.isError && !query.data ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : !notes.length ? (
        <EmptyState
          compact
          icon={<IconNotes size={20} stroke={1.6} />}
          title={t('notes.nothing')}
          text={can('notes.create') ? t('notes.nothingText') : undefined}
        />
      ) : (
        <ul className={c.notes} aria-label={t('notes.tab')}>
          {notes.map((note) => (
            <NoteCard key={note.id} note={note} parent={parent} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          className={c.more}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('components.showMore')}
        </Button>
      )}
    </div>
  );
}
