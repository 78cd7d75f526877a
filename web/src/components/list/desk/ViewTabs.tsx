import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconPlus, IconStar, IconUsers, IconUsersGroup } from '@tabler/icons-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { View } from '@/api/types';
import type { CustomEntity } from '@/data/customFields';
import { useUndoOffer } from '@/data/undo';
import type { ListSearch } from '@/lib/listSearch';
import { fromStored, isBare, sameState, searchOf, stateOf, toStored } from '@/lib/viewState';
import { Notice } from '../../Notice';
import { PickMenu } from '../../PickMenu';
import { toast } from '../../toast';
import c from './desk.module.css';
import type { FilterField } from './fields';
import { ViewDialog } from './ViewDialog';
import { useDeleteView, useOrderViews, useUpdateView, useViews } from './views';

type Props = {
  entity: CustomEntity;
  quick: readonly string[];
  fields: readonly FilterField[];
  search: ListSearch;
  onSearch: (next: ListSearch, replace?: boolean) => void;
};
/** The address of the list without any view. */
const ALL = 'all';

/** Saved views as tabs; what was changed since is marked, and can be saved. */
export function ViewTabs({ entity, quick, fields, search, onSearch }: Props) {
  const { t } = useTranslation();
  const { data: views = [], isSuccess } = useViews(entity);
  const update = useUpdateView();
  const remove = useDeleteView();
  const order = useOrderViews(entity);
  const offerUndo = useUndoOffer();
  const [menu, setMenu] = useState<{ view: View; anchor: DOMRect } | null>(null);
  const [dialog, setDialog] = useState<{ view?: View } | null>(null);
  const dragged = useRef<string | null>(null);
  const state = stateOf(search, quick);
  const current = views.find((v) => v.id === search.view);
  const dirty = current ? !sameState(state, fromStored(current.query)) : false;
  const plain = sameState(state, stateOf({}, quick));
  const open = (view: View, replace = false) =>
    onSearch(searchOf(fromStored(view.query), quick, view.id), replace);

  // whoever comes without a wish gets the view that opens first
  const first = views.find((v) => v.default);
  const bare = isBare(search, quick);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the views are there, or a bare address is opened
  useEffect(() => {
    if (isSuccess && bare && first)
      onSearch({ ...search, ...searchOf(fromStored(first.query), quick, first.id) }, true);
  }, [isSuccess, bare, first?.id]);

  const save = (view: View) =>
    update.mutate(
      { id: view.id, patch: { query: toStored(state) } },
      {
        onSuccess: () => toast.done(t('desk.saved', { name: view.name })),
        onError: (e) => toast.failure(e),
      },
    );
  const setFirst = (view: View, on: boolean) =>
    update.mutate({ id: view.id, patch: { default: on } }, { onError: (e) => toast.failure(e) });
  const drop = (view: View) =>
    remove.mutate(view.id, {
      onSuccess: ({ undo_id }) => {
        if (view.id === search.view) onSearch({ view: ALL });
        offerUndo({
          message: t('desk.deleted', { name: view.name }),
          undoId: undo_id,
          refresh: [['views']],
        });
      },
    });
  const move = (id: string, to: number) => {
    const ids = views.map((v) => v.id).filter((v) => v !== id);
    ids.splice(to, 0, id);
    order.mutate(ids);
  };
  const actions = (view: View) => {
    const at = views.indexOf(view);
    return [
      ...(view.editable ? [{ value: 'edit', label: t('desk.edit') }] : []),
      { value: 'copy', label: t('desk.saveAs') },
      { value: 'first', label: t(view.default ? 'desk.notFirst' : 'desk.makeFirst') },
      ...(at > 0 ? [{ value: 'back', label: t('desk.moveBack') }] : []),
      ...(at < views.length - 1 ? [{ value: 'on', label: t('desk.moveOn') }] : []),
      ...(view.editable ? [{ value: 'delete', label: t('desk.delete') }] : []),
    ];
  };
  const act = (view: View, action: string) => {
    const at = views.indexOf(view);
    if (action === 'edit') setDialog({ view });
    else if (action === 'copy') setDialog({});
    else if (action === 'first') setFirst(view, !view.default);
    else if (action === 'back') move(view.id, at - 1);
    else if (action === 'on') move(view.id, at + 1);
    else if (action === 'delete') drop(view);
  };
  const onDrop = (e: DragEvent, to: number) => {
    e.preventDefault();
    if (dragged.current) move(dragged.current, to);
    dragged.current = null;
  };
  const nameOf = (field: string) => fields.find((f) => f.key === field)?.label ?? field;
  return (
    <>
      <div className={c.tabs}>
        <nav aria-label={t('desk.views')} className={c.tabScroll}>
          <ul>
            <li>
              <button
                type="button"
                className={c.tab}
                aria-current={!current ? 'true' : undefined}
                onClick={() => onSearch({ view: ALL }, false)}
              >
                {t(`desk.all.${entity}`)}
              </button>
            </li>
            {views.map((view, at) => (
              <li
                key={view.id}
                draggable
                onDragStart={() => {
                  dragged.current = view.id;
                }}
                onDragOver={(e) => e.preventDefault()}
                onDrop={(e) => onDrop(e, at)}
              >
                <button
                  type="button"
                  className={c.tab}
                  aria-current={view === current ? 'true' : undefined}
                  onClick={() => open(view)}
                >
                  {view.shared === 'all' && <IconUsers size={13} aria-label={t('desk.shared.all')} />}
                  {view.shared === 'team' && <IconUsersGroup size={13} aria-label={t('desk.shared.team')} />}
                  <bdi>{view.name}</bdi>
                  {view.default && <IconStar size={12} aria-label={t('desk.isFirst')} />}
                  {view === current && dirty && (
                    <span className={c.dot} role="img" aria-label={t('desk.dirty')} />
                  )}
                </button>
                {view === current && (
                  <button
                    type="button"
                    className={c.icon}
                    aria-label={t('desk.actions', { name: view.name })}
                    aria-haspopup="listbox"
                    aria-expanded={menu !== null}
                    onClick={(e) => setMenu({ view, anchor: e.currentTarget.getBoundingClientRect() })}
                  >
                    <IconChevronDown size={14} aria-hidden />
                  </button>
                )}
              </li>
            ))}
          </ul>
        </nav>
        <div className={c.tabTools}>
          {current && dirty && (
            <>
              <UnstyledButton className={c.quiet} onClick={() => open(current, true)}>
                {t('desk.reset')}
              </UnstyledButton>
              {current.editable && (
                <UnstyledButton className={c.strong} onClick={() => save(current)}>
                  {t('components.save')}
                </UnstyledButton>
              )}
            </>
          )}
          {((current && dirty) || (!current && !plain)) && (
            <UnstyledButton className={current?.editable ? c.quiet : c.strong} onClick={() => setDialog({})}>
              <IconPlus size={14} aria-hidden />
              {t(current ? 'desk.saveAs' : 'desk.saveView')}
            </UnstyledButton>
          )}
        </div>
      </div>
      {current && current.dropped.length > 0 && (
        <div className={c.dropped}>
          <Notice tone="warn">
            {t('desk.dropped')}{' '}
            {current.dropped.map((d) => `${nameOf(d.field)} (${t(`desk.reason.${d.reason}`)})`).join(', ')}
          </Notice>
        </div>
      )}
      {menu && (
        <PickMenu
          anchor={menu.anchor}
          label={t('desk.actions', { name: menu.view.name })}
          value="-"
          options={actions(menu.view)}
          onPick={(action) => act(menu.view, action)}
          onClose={() => setMenu(null)}
        />
      )}
      {dialog && (
        <ViewDialog
          entity={entity}
          view={dialog.view}
          state={state}
          onClose={() => setDialog(null)}
          onDone={(view) => {
            setDialog(null);
            toast.done(t('desk.saved', { name: view.name }));
            if (!dialog.view) onSearch({ ...search, view: view.id }, false);
          }}
        />
      )}
    </>
  );
}
