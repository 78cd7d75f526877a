import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { useFormat } from '@/app/ui';
import { ConfirmDialog, SkeletonLines, toast } from '@/components';
import { EffectView } from './EffectView';
import c from './effect.module.css';
import { effectQuery, roleListQuery, useDeleteRole } from './query';
import { Refusal } from './Refusal';
import type { Role } from './types';

type Props = { role: Role; onClose: () => void; onDone?: () => void };

/** Whoever has the role gets another one first, and everybody sees what that means. */
export function DeleteRoleDialog({ role, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const roles = useQuery(roleListQuery);
  const [heir, setHeir] = useState<string | null>(null);
  const remove = useDeleteRole();
  const [refused, setRefused] = useState(false);
  const needsHeir = role.users > 0 || refused;
  const effect = useQuery({
    ...effectQuery(role.id, { delete: true, ...(heir ? { replace_with: heir } : {}) }),
    enabled: needsHeir && heir !== null,
  });
  const confirm = () =>
    remove.mutate(
      { id: role.id, heir },
      {
        onError: (e) => setRefused((was) => was || hasCode(e, 'role_in_use')),
        onSuccess: () => {
          toast.done(t('roles.delete.done', { name: role.name }));
          onClose();
          onDone?.();
        },
      },
    );
  return (
    <ConfirmDialog
      opened
      title={t('roles.delete.title', { name: role.name })}
      text={
        role.users > 0
          ? t('roles.delete.inUse', { count: role.users, n: f.int(role.users) })
          : t('roles.delete.free')
      }
      confirm={t('roles.delete.confirm')}
      danger
      busy={remove.isPending}
      disabled={needsHeir && (!heir || !effect.data || effect.data.last_administrator)}
      onClose={onClose}
      onConfirm={confirm}
    >
      {needsHeir && (
        <Select
          mt="md"
          label={t('roles.delete.heir')}
          placeholder={t('roles.delete.choose')}
          data={(roles.data ?? [])
            .filter((r) => r.id !== role.id)
            .map((r) => ({ value: r.id, label: r.name }))}
          value={heir}
          onChange={(v) => {
            remove.reset();
            setHeir(v);
          }}
          searchable
          allowDeselect={false}
          nothingFoundMessage={t('components.noMatch')}
          data-autofocus
        />
      )}
      <div className={c.deleteEffect}>
        {needsHeir && heir && effect.isLoading && <SkeletonLines lines={3} gap={18} />}
        {needsHeir && heir && effect.data && <EffectView effect={effect.data} />}
        {effect.error ? <Refusal error={effect.error} /> : null}
        {remove.error && !effect.error ? <Refusal error={remove.error} /> : null}
      </div>
    </ConfirmDialog>
  );
}
