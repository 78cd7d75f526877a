import { Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import c from './explain.module.css';
import type { ResourceRef } from './types';
import { UserPicker } from './UserPicker';
import { Verdicts } from './Verdicts';

/** "Why can somebody see this?" about the record on screen. */
export function ExplainDialog({ resource, onClose }: { resource: ResourceRef; onClose: () => void }) {
  const { t } = useTranslation();
  const [user, setUser] = useState<string | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('explain.why')}
      size={560}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <p className={c.intro}>{t('explain.whyText', { record: resource.label })}</p>
      <UserPicker value={user} onPick={setUser} autoFocus />
      {user ? (
        <Verdicts userId={user} resource={resource} />
      ) : (
        <p className={c.hint}>{t('explain.whyHint')}</p>
      )}
    </Modal>
  );
}
