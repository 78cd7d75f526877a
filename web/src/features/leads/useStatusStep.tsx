import { useState } from 'react';
import type { Lead } from '@/api/types';
import { toast } from '@/components';
import { useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { useUpdateLead } from './query';
import { ReasonDialog } from './ReasonDialog';

/** To another status: one that is lost asks why, one that is won is a conversion where that is allowed. */
export function useStatusStep(lead: Lead, onConvert?: () => void) {
  const can = useCan();
  const statuses = useStatuses('lead');
  const update = useUpdateLead();
  const [asked, setAsked] = useState<string | null>(null);
  const give = (status: string, reason?: string) =>
    update.mutate(
      { lead, patch: { status, ...(reason ? { reason } : {}) }, shown: { status } },
      { onError: (e) => toast.failure(e), onSettled: () => setAsked(null) },
    );
  const to = (status: string) => {
    const outcome = statuses.list.find((s) => s.key === status)?.outcome;
    if (outcome === 'lost') setAsked(status);
    else if (outcome === 'won' && onConvert && !lead.converted_client_id && can('leads.convert')) onConvert();
    else give(status);
  };
  return {
    to,
    asking: asked && (
      <ReasonDialog
        status={statuses.label(asked)}
        busy={update.isPending}
        onConfirm={(reason) => give(asked, reason)}
        onClose={() => setAsked(null)}
      />
    ),
  };
}
