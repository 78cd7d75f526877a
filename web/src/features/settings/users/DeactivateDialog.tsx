import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '@/api/types';
import { ConfirmDialog, toast } from '@/components';
import { useOwnerOptions } from '@/data/lookups';
import { useCan } from '@/session/session';
import { useUpdateUser } from './query';

/** Signs the person out everywhere; what they own goes to someone else, or stays without an owner. */
export function DeactivateDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const owners = useOwnerOptions();
  const update = useUpdateUser();
  const [heir, setHeir] = useState<string | null>(null);
  const [shown, setShown] = useState(user);
  useEffect(() => {
    if (!user) return;
    setShown(user);
    setHeir(null);
  }, [user]);
  return (
    <ConfirmDialog
      opened={user !== null}
      title={t('settings.users.deactivateTitle', { name: shown?.name })}
      text={t('settings.users.deactivateText')}
      confirm={t('settings.users.deactivate')}
      danger
      busy={update.isPending}
      onClose={onClose}
      onConfirm={() => {
        if (!user) return;
        update.mutate(
          { id: user.id, patch: { status: 'inactive', ...(heir ? { reassign_to: heir } : {}) } },
          {
            onSuccess: () => toast.done(t('settings.users.deactivated', { name: user.name })),
            onSettled: onClose,
          },
        );
      }}
    >
      <Select
        mt="md"
        label={t('settings.users.reassign')}
        description={t(
          can('teams.manage') ? 'settings.users.reassignHint' : 'settings.users.reassignHintRules',
        )}
        placeholder={t('settings.users.keepOwner')}
        data={owners.filter((o) => o.value !== shown?.id)}
        value={heir}
        onChange={setHeir}
        searchable
        clearable
        nothingFoundMessage={t('components.noMatch')}
      />
    </ConfirmDialog>
  );
}
