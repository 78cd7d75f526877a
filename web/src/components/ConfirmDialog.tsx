import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  opened: boolean;
  title: string;
  text?: ReactNode;
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  disabled?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
};

export function ConfirmDialog({
  opened,
  title,
  text,
  confirm,
  danger,
  busy,
  disabled,
  onConfirm,
  onClose,
  children,
}: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={440}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      {text && (
        <Text size="sm" c="var(--text-2)">
          {text}
        </Text>
      )}
      {children}
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('components.cancel')}
        </Button>
        <Button
          color={danger ? 'red.8' : undefined}
          loading={busy}
          disabled={disabled}
          onClick={onConfirm}
          data-autofocus={danger ? undefined : true}
        >
          {confirm}
        </Button>
      </Group>
    </Modal>
  );
}
