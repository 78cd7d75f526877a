import { Button, Group, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Diff, type DiffLine, SkeletonLines } from '@/components';
import { EffectView } from './EffectView';
import c from './effect.module.css';
import { effectQuery } from './query';
import { Refusal } from './Refusal';
import type { Role, RolePatch } from './types';

type Props = {
  role: Role;
  patch: RolePatch;
  busy: boolean;
  failure: unknown;
  onSave: () => void;
  onClose: () => void;
};

const texts = (role: Role, patch: RolePatch): DiffLine[] =>
  (['name', 'description'] as const)
    .filter((field) => patch[field] !== undefined)
    .map((field) => ({ field, old: role[field], new: patch[field] }));

/** The last look before a role changes: what comes, what goes, and for whom. */
export function SaveDialog({ role, patch, busy, failure, onSave, onClose }: Props) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(effectQuery(role.id, patch));
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('roles.save.title', { name: role.name })}
      size={600}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      {error ? (
        <Refusal error={error} />
      ) : data ? (
        <div className={c.effect}>
          <Diff lines={texts(role, patch)} label={(field) => t(`roles.field.${field}`)} />
          <EffectView effect={data} />
        </div>
      ) : (
        <SkeletonLines lines={5} gap={20} />
      )}
      {failure ? <Refusal error={failure} /> : null}
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('roles.save.back')}
        </Button>
        {error ? (
          <Button onClick={() => void refetch()}>{t('components.retry')}</Button>
        ) : (
          <Button loading={busy} disabled={!data || data.last_administrator} onClick={onSave} data-autofocus>
            {t('roles.save.confirm')}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
