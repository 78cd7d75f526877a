import { useTranslation } from 'react-i18next';
import { diffText } from '@/components';
import { Timeline } from '@/components/record';
import { useKyc, useStatuses } from '@/data/lookups';

export function ClientTimeline({ id, max }: { id: string; max?: number }) {
  const { t } = useTranslation();
  const statuses = useStatuses('client');
  const kyc = useKyc();
  return (
    <Timeline
      entity="clients"
      id={id}
      max={max}
      fieldLabel={(f) => t(`clients.field.${f}`, { defaultValue: f })}
      valueLabel={(field, v) => {
        if (v && field === 'status') return statuses.label(String(v));
        if (v && field === 'kyc_status') return kyc.label(String(v));
        return diffText(v);
      }}
    />
  );
}
