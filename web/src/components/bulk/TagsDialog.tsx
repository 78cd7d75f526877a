import { TagsInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import c from './bulk.module.css';
import { CountDialog } from './CountDialog';
import { type BulkEntity, type Selection, sizeOf } from './selection';

type Props = { entity: BulkEntity; selection: Selection; onClose: () => void; onDone: () => void };

export function TagsDialog({ entity, selection, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const size = sizeOf(selection);
  const both = add.filter((tag) => remove.includes(tag));
  const wish =
    (add.length || remove.length) && !both.length
      ? { change: { ...(add.length && { add_tags: add }), ...(remove.length && { remove_tags: remove }) } }
      : null;
  return (
    <CountDialog
      entity={entity}
      selection={selection}
      title={t('bulk.tagsTitle', { count: size, n: f.int(size) })}
      wish={wish}
      confirm={(count) => t('bulk.confirm', { count, n: f.int(count) })}
      onClose={onClose}
      onDone={onDone}
    >
      <div className={c.form}>
        <TagsInput
          label={t('bulk.addTags')}
          description={t('bulk.tagsHelp')}
          data-autofocus
          size="sm"
          maxTags={30}
          value={add}
          onChange={setAdd}
          acceptValueOnBlur
        />
        <TagsInput
          label={t('bulk.removeTags')}
          size="sm"
          maxTags={30}
          value={remove}
          onChange={setRemove}
          error={both.length ? t('bulk.tagTwice', { tag: both[0] }) : null}
          acceptValueOnBlur
        />
      </div>
    </CountDialog>
  );
}
