import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { toast } from '@/components';
import { PasswordForm } from '@/features/auth/PasswordForm';

export function PasswordDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('staff.changePassword')}
      size={420}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <PasswordForm
        onDone={() => {
          toast.done(t('staff.passwordChanged'));
          onClose();
        }}
      />
    </Modal>
  );
}
