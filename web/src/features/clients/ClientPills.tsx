import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { StatusPill } from '@/components';
import { useKyc, useStatuses } from '@/data/lookups';

export function ClientPills({ client }: { client: Client }) {
  const { t } = useTranslation();
  const statuses = useStatuses('client');
  const kyc = useKyc();
  return (
    <>
      <StatusPill label={statuses.label(client.status)} hue={statuses.hue(client.status)} />
      {kyc.shown && (
        <StatusPill
          label={t('clients.kycPill', { state: kyc.label(client.kyc_status) })}
          hue={kyc.hue(client.kyc_status)}
        />
      )}
    </>
  );
}
