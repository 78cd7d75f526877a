import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { Way } from '@/components/record';
import { useStatuses } from '@/data/lookups';

type Props = {
  lead: Lead;
  editable: boolean;
  onStep: (status: string) => void;
};

/** The way of a lead: the open statuses in their order, and at its end those that close it. */
export function StatusFlow({ lead, editable, onStep }: Props) {
  const { t } = useTranslation();
  const statuses = useStatuses('lead');
  const closed = statuses.list.filter((s) => s.closed);
  const next = editable ? statuses.next(lead.status) : [];
  if (!statuses.list.length) return null;
  return (
    <Way
      label={t('leads.flow')}
      closeLabel={t('leads.close')}
      value={lead.status}
      open={statuses.list.filter((s) => !s.closed)}
      closed={closed}
      ends={next.filter((o) => closed.some((s) => s.key === o.value))}
      may={(key) => key !== lead.status && next.some((o) => o.value === key)}
      onStep={onStep}
    />
  );
}
