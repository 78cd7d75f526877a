import type { Deal, DealKind } from '@/api/sales';
import { hueOrGrey, StatusPill } from '@/components';
import type { RecordKind } from '@/components/record';
import { dealListQuery } from './filters';
import { dealQuery } from './query';

const kindOf = (entity: DealKind, one: 'deal' | 'opportunity'): RecordKind<Deal> => ({
  entity,
  one,
  title: `deals.title.${entity}`,
  query: (id) => dealQuery(entity, id),
  listQuery: dealListQuery,
  pills: (deal) => <StatusPill label={deal.stage_label} hue={hueOrGrey(deal.stage_hue)} />,
});

export const KINDS: Record<DealKind, RecordKind<Deal>> = {
  deals: kindOf('deals', 'deal'),
  opportunities: kindOf('opportunities', 'opportunity'),
};
