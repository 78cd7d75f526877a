import type { Lead } from '@/api/types';
import type { PeekProps } from '@/components/list';
import { RecordPeek } from '@/components/record';
import { LEAD } from './kind';
import { LeadFacts } from './LeadFacts';
import { useStatusStep } from './useStatusStep';

export const LeadPeek = (props: PeekProps<Lead>) => (
  <RecordPeek kind={LEAD} facts={(lead, editable) => <Facts lead={lead} editable={editable} />} {...props} />
);

function Facts({ lead, editable }: { lead: Lead; editable: boolean }) {
  const step = useStatusStep(lead);
  return (
    <>
      <LeadFacts lead={lead} editable={editable} onStatus={step.to} />
      {step.asking}
    </>
  );
}
