import { IconCircleDot, IconTags, IconTrash, IconUserShare } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { useStatuses } from '@/data/lookups';
import { shortcutAllowed } from '@/lib/keys';
import { useCan } from '@/session/session';
import { PickMenu } from '../PickMenu';
import { AssignDialog } from './AssignDialog';
import { CountDialog } from './CountDialog';
import type { BulkWish } from './query';
import { type BulkEntity, type Selection, sizeOf } from './selection';
import { TagsDialog } from './TagsDialog';

type Props = { entity: BulkEntity; selection: Selection; clear: () => void };
type Open =
  | { what: 'assign' | 'tags' }
  | { what: 'status'; anchor: DOMRect }
  | { what: 'ask'; title: string; wish: BulkWish; say: (n: number) => string; danger?: boolean }
  | null;

/** What can be done to the chosen records. However few they are, what will change is counted and said first. */
export function BulkActions({ entity, selection, clear }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const statuses = useStatuses(entity === 'clients' ? 'client' : 'lead');
  const [open, setOpen] = useState<Open>(null);
  const assign = useRef<HTMLButtonElement>(null);
  const mayAssign = can(`${entity}.assign`) && can('users.read');
  const mayEdit = can(`${entity}.update`);
  const mayDelete = entity !== 'leads' && can(`${entity}.delete`);
  // the way of a contact or a deal is not the company's list of statuses
  const hasStatus = entity === 'clients' || entity === 'leads';

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key.toLowerCase() !== 'a' || !mayAssign || !shortcutAllowed(e)) return;
      e.preventDefault();
      assign.current?.focus();
      setOpen({ what: 'assign' });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [mayAssign]);

  const close = () => setOpen(null);
  const done = () => {
    close();
    clear();
  };
  const ask = (title: string, wish: BulkWish, say: (n: number) => string, danger?: boolean) =>
    setOpen({ what: 'ask', title, wish, say, danger });
  const size = sizeOf(selection);
  return (
    <>
      {mayAssign && (
        <button ref={assign} type="button" aria-haspopup="dialog" onClick={() => setOpen({ what: 'assign' })}>
          <IconUserShare size={15} aria-hidden />
          {t('bulk.assign')}
        </button>
      )}
      {mayEdit && hasStatus && (
        <button
          type="button"
          aria-haspopup="listbox"
          onClick={(e) => setOpen({ what: 'status', anchor: e.currentTarget.getBoundingClientRect() })}
        >
          <IconCircleDot size={15} aria-hidden />
          {t('bulk.status')}
        </button>
      )}
      {mayEdit && (
        <button type="button" aria-haspopup="dialog" onClick={() => setOpen({ what: 'tags' })}>
          <IconTags size={15} aria-hidden />
          {t('bulk.tags')}
        </button>
      )}
      {mayDelete && (
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() =>
            ask(
              t(entity === 'clients' ? 'bulk.deleteTitle' : 'bulk.deleteRecords', {
                count: size,
                n: f.int(size),
              }),
              { change: { delete: true } },
              (count) =>
                t(entity === 'clients' ? 'bulk.deleted' : 'bulk.deletedRecords', { count, n: f.int(count) }),
              true,
            )
          }
        >
          <IconTrash size={15} aria-hidden />
          {t('bulk.delete')}
        </button>
      )}
      {open?.what === 'assign' && (
        <AssignDialog entity={entity} selection={selection} onClose={close} onDone={done} />
      )}
      {open?.what === 'tags' && (
        <TagsDialog entity={entity} selection={selection} onClose={close} onDone={done} />
      )}
      {open?.what === 'status' && (
        <PickMenu
          anchor={open.anchor}
          label={t('bulk.status')}
          options={statuses.options}
          value="-"
          onPick={(status) =>
            ask(
              t('bulk.statusTitle', { count: size, n: f.int(size), status: statuses.label(status) }),
              { change: { status } },
              (count) => t('bulk.statusSet', { count, n: f.int(count), status: statuses.label(status) }),
            )
          }
          // picking has opened a question
          onClose={() => setOpen((now) => (now?.what === 'status' ? null : now))}
        />
      )}
      {open?.what === 'ask' && (
        <CountDialog
          entity={entity}
          selection={selection}
          title={open.title}
          wish={open.wish}
          confirm={(n) => t(open.danger ? 'bulk.confirmDelete' : 'bulk.confirm', { count: n, n: f.int(n) })}
          say={open.say}
          danger={open.danger}
          onClose={close}
          onDone={done}
        />
      )}
    </>
  );
}
