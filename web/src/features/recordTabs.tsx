import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { ActivitiesTab } from './activities';
import { FilesTab } from './attachments';
import { NotesTab } from './notes';

type Given = {
  can: (permission: string) => boolean;
  t: TFunction;
  parent: { kind: 'client' | 'contact' | 'lead' | 'deal' | 'opportunity'; id: string };
  /** The record's name, for the form of a new activity. */
  name: string;
};

/** What hangs on a record, each in a tab of its own for whoever may read it. */
export function recordTabs({ can, t, parent, name }: Given) {
  const tab = (permission: string, key: string, label: string, content: ReactNode) =>
    can(permission) ? [{ key, label: t(label), content }] : [];
  return [
    ...tab(
      'activities.read',
      'activities',
      'activities.title',
      <ActivitiesTab parent={parent} name={name} />,
    ),
    ...tab('notes.read', 'notes', 'notes.tab', <NotesTab parent={parent} />),
    ...(parent.kind === 'lead'
      ? []
      : tab(
          'attachments.read',
          'files',
          'attachments.tab',
          <FilesTab parent={{ ...parent, kind: parent.kind }} />,
        )),
  ];
}
