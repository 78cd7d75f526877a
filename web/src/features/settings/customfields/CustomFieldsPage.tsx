import { Button, SegmentedControl } from '@mantine/core';
import { IconForms, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, SkeletonLines, toast } from '@/components';
import { ReorderList } from '@/components/reorder';
import {
  CUSTOM_ENTITIES,
  type CustomEntity,
  type CustomFieldOut,
  customFieldsQuery,
} from '@/data/customFields';
import { useListSearch } from '@/data/listSearch';
import { useUndoOffer } from '@/data/undo';
import { useCan } from '@/session/session';
import shared from '../settings.module.css';
import { Archived } from './Archived';
import { FieldDrawer } from './FieldDrawer';
import { FieldRow } from './FieldRow';
import { useArchiveField, useOrderFields, useUpdateField } from './query';

/** Who sees such records at all: a company without leads needs no fields of leads. */
const SHOWN_TO: Record<CustomEntity, string[]> = {
  client: ['clients.read'],
  lead: ['leads.read'],
  contact: ['contacts.read'],
  deal: ['deals.read', 'opportunities.read'],
};

export function CustomFieldsPage() {
  const { t } = useTranslation();
  const { search, go } = useListSearch();
  const can = useCan();
  const seen = CUSTOM_ENTITIES.filter((kind) => SHOWN_TO[kind].some(can));
  // who runs the settings and sees no records at all still has the fields of all of them
  const kinds = seen.length ? seen : CUSTOM_ENTITIES;
  const entity = kinds.find((kind) => kind === search.entity) ?? kinds[0] ?? 'client';
  const query = useQuery(customFieldsQuery(entity));
  const order = useOrderFields(entity);
  const archive = useArchiveField(entity);
  const update = useUpdateField(entity);
  const offerUndo = useUndoOffer();
  const refresh = [customFieldsQuery(entity).queryKey];
  const all = query.data ?? [];
  const active = all.filter((f) => !f.archived);
  const bringBack = (field: CustomFieldOut) =>
    update.mutate(
      { id: field.id, patch: { archived: false } },
      {
        onError: (e) => toast.failure(e),
        onSuccess: ({ undo_id }) =>
          offerUndo({ message: t('customfields.back', { name: field.label }), undoId: undo_id, refresh }),
      },
    );
  const putAway = (field: CustomFieldOut) =>
    archive.mutate(field.id, {
      onSuccess: ({ undo_id }) =>
        offerUndo({ message: t('customfields.archived', { name: field.label }), undoId: undo_id, refresh }),
    });
  const add = (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => go({ ...search, new: '1' })}>
      {t('customfields.add')}
    </Button>
  );
  return (
    <div className={shared.column}>
      <div className={shared.bar}>
        <SegmentedControl
          size="xs"
          classNames={{ root: shared.segments }}
          aria-label={t('statuses.kind')}
          value={entity}
          onChange={(next) => go({ entity: next })}
          data={kinds.map((value) => ({ value, label: t(`staff.nav.${value}s`) }))}
        />
        <span className={shared.grow} />
        {(active.length > 0 || !query.isSuccess) && add}
      </div>
      <div className={shared.page}>
        <div className={shared.narrow}>
          <p className={shared.intro}>{t(`customfields.intro.${entity}`)}</p>
          {query.isPending && <SkeletonLines lines={6} gap={34} />}
          {query.isError && !query.data && (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          )}
          {query.isSuccess && !active.length && (
            <EmptyState
              icon={<IconForms size={20} stroke={1.6} />}
              title={t('customfields.nothing')}
              text={t('customfields.nothingText')}
              action={add}
            />
          )}
          {active.length > 0 && (
            <ReorderList
              key={entity}
              label={t(`customfields.of.${entity}`)}
              items={active}
              keyOf={(f) => f.id}
              nameOf={(f) => f.label}
              onOrder={(ids) =>
                order.mutate(ids, {
                  onSuccess: ({ undo_id }) =>
                    offerUndo({ message: t('customfields.ordered'), undoId: undo_id, refresh }),
                })
              }
            >
              {(f) => (
                <FieldRow
                  field={f}
                  onEdit={() => go({ ...search, edit: f.id })}
                  onArchive={() => putAway(f)}
                />
              )}
            </ReorderList>
          )}
          <Archived fields={all.filter((f) => f.archived)} onBringBack={bringBack} />
        </div>
      </div>
      <FieldDrawer
        entity={entity}
        field={active.find((f) => f.id === search.edit)}
        taken={all.filter((f) => f.id !== search.edit).map((f) => f.key)}
        opened={search.new === '1' || active.some((f) => f.id === search.edit)}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
    </div>
  );
}
