import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog, OptionalLabel } from '@/components';

type Props = {
  /** The status in the tenant's word. */
  status: string;
  busy: boolean;
  onConfirm: (reason: string | undefined) => void;
  onClose: () => void;
};

/** Why a lead is lost: asked at that moment, since nobody writes it down later. */
export function ReasonDialog({ status, busy, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <ConfirmDialog
      opened
      title={t('leads.reasonTitle', { status })}
      confirm={t('leads.setStatus')}
      busy={busy}
      onClose={onClose}
      onConfirm={() => onConfirm(reason.trim() || undefined)}
    >
      <Textarea
        label={<OptionalLabel>{t('leads.reason')}</OptionalLabel>}
        data-autofocus
        autosize
        minRows={2}
        maxRows={5}
        maxLength={200}
        dir="auto"
        value={reason}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
