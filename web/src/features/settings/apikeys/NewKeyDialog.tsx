import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MadeApiKey } from '@/api/types';
import { CopyButton, Notice } from '@/components';
import c from './apikeys.module.css';
import { Example } from './Example';

/** The only time the key can be read: no click beside the dialog may lose it. */
export function NewKeyDialog({ made, onClose }: { made: MadeApiKey | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={made !== null}
      onClose={onClose}
      title={t('apikeys.made', { name: made?.name })}
      size={520}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      {made && (
        <div className={c.made}>
          <Notice tone="warn">{t('apikeys.once')}</Notice>
          <div className={c.secret}>
            <code dir="ltr" data-testid="api-key">
              {made.key}
            </code>
            <CopyButton value={made.key} label={t('apikeys.copy')} />
          </div>
          <Example apiKey={made.key} />
          <Button size="sm" fullWidth onClick={onClose} data-autofocus>
            {t('apikeys.saved')}
          </Button>
        </div>
      )}
    </Modal>
  );
}
