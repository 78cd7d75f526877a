import type { Deal, DealKind } from '@/api/sales';
import type { PeekProps } from '@/components/list';
import { RecordPeek } from '@/components/record';
import { DealFacts } from './DealFacts';
import { KINDS } from './kind';

export const DealPeek = ({ kind, ...props }: PeekProps<Deal> & { kind: DealKind }) => (
  <RecordPeek
    kind={KINDS[kind]}
    facts={(deal, editable) => <DealFacts kind={kind} deal={deal} editable={editable} />}
    {...props}
  />
);
