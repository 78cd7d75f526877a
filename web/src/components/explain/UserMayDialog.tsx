import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import c from './explain.module.css';
import { PermissionPicker } from './PermissionPicker';
import { explainQuery } from './query';
import { Verdict } from './Verdict';
import { useAccessWords } from './words';

type Props = { user: { id: string; name: string }; onClose: () => void };

/** "What may this user see?": one permission, whatever the record. */
export function UserMayDialog({ user, onClose }: Props) {
  const { t } = useTranslation();
  const [permission, setPermission] = useState<string | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('explain.userMayTitle', { name: user.name })}
      size={560}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <PermissionPicker value={permission} onPick={setPermission} autoFocus />
      {permission ? (
        <div aria-live="polite" className={c.verdicts}>
          <PermissionVerdict userId={user.id} permission={permission} />
        </div>
      ) : (
        <p className={c.hint}>{t('explain.userMayHint')}</p>
      )}
    </Modal>
  );
}

export function PermissionVerdict({ userId, permission }: { userId: string; permission: string }) {
  const words = useAccessWords();
  const { data, error, refetch } = useQuery(explainQuery({ user_id: userId, permission }));
  return (
    <div className={c.list}>
      <Verdict
        title={words.can(permission)}
        answer={data}
        error={error}
        onRetry={() => void refetch()}
        open
      />
    </div>
  );
}
