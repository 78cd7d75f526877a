import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import type { Tag } from '@/api/types';
import { useFormat } from '@/app/ui';
import { errorText, FormDrawer, type Hue, hueOrGrey, Notice } from '@/components';
import { TagPill } from '@/components/tags';
import { useUndoOffer } from '@/data/undo';
import { HueField } from '../HueField';
import { TOUCHED, useCreateTag, useTagUse, useUpdateTag } from './query';

type Props = { tag?: Tag; opened: boolean; onClose: () => void };

export function TagDrawer({ tag, opened, onClose }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const create = useCreateTag();
  const update = useUpdateTag();
  const offerUndo = useUndoOffer();
  const use = useTagUse(opened && tag ? tag.id : null);
  const [name, setName] = useState('');
  const [hue, setHue] = useState<Hue>('blue');
  const [failure, setFailure] = useState<unknown>(null);
  const [missing, setMissing] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fresh form each time it opens
  useEffect(() => {
    if (!opened) return;
    setName(tag?.name ?? '');
    setHue(hueOrGrey(tag?.hue ?? 'blue'));
    setFailure(null);
    setMissing(false);
  }, [opened]);

  const submit = () => {
    setFailure(null);
    const next = name.trim();
    if (!next) return setMissing(true);
    if (!tag)
      return create.mutate(
        { name: next, hue },
        {
          onError: setFailure,
          onSuccess: () => {
            onClose();
            offerUndo({ message: t('tagging.added', { name: next }), undoId: null, refresh: [] });
          },
        },
      );
    update.mutate(
      { id: tag.id, patch: { name: next, hue } },
      {
        onError: setFailure,
        onSuccess: ({ updated, undo_id }) => {
          onClose();
          offerUndo({
            message: updated
              ? t('tagging.renamed', { count: updated, n: f.int(updated), name: next })
              : t('tagging.saved', { name: next }),
            undoId: undo_id,
            refresh: TOUCHED,
          });
        },
      },
    );
  };
  const taken = isApiError(failure) && failure.code === 'tag_exists';
  const records = use.data?.records ?? 0;
  return (
    <FormDrawer
      opened={opened}
      title={tag ? t('tagging.editTitle', { name: tag.name }) : t('tagging.add')}
      submit={tag ? t('components.save') : t('tagging.create')}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={(e) => {
        e.preventDefault();
        submit();
      }}
    >
      {failure && !taken ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('tagging.name')}
        description={records ? t('tagging.used', { count: records, n: f.int(records) }) : undefined}
        value={name}
        maxLength={40}
        autoComplete="off"
        data-autofocus
        error={taken ? t('tagging.taken') : missing && !name.trim() ? t('tagging.needName') : undefined}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <HueField label={t('tagging.colour')} value={hue} onChange={setHue}>
        <TagPill name={name.trim() || t('tagging.sample')} hue={hue} />
      </HueField>
    </FormDrawer>
  );
}
