import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind } from '@/api/sales';
import { ErrorState, hueOrGrey, SkeletonLines, StatusPill } from '@/components';
import type { PeekProps } from '@/components/list';
import { Peek, Timeline } from '@/components/record';
import { useCan } from '@/session/session';
import { DealFacts } from './DealFacts';
import { dealQuery } from './query';

type Props = PeekProps<Deal> & { kind: DealKind };

export function DealPeek({ kind, id, row, params, onGo, onOpen, onClose }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const query = useQuery({ ...dealQuery(kind, id), placeholderData: row });
  const deal = query.data;
  const body = query.isError ? (
    <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <SkeletonLines lines={8} gap={22} />
  );
  return (
    <Peek
      entity={kind}
      params={params}
      id={id}
      name={deal?.name ?? t(`deals.title.${kind}`)}
      pills={deal && <StatusPill label={deal.stage_label} hue={hueOrGrey(deal.stage_hue)} />}
      tabs={
        deal
          ? [
              {
                key: 'facts',
                label: t('deals.overview'),
                content: <DealFacts kind={kind} deal={deal} editable={can(`${kind}.update`)} />,
              },
              {
                key: 'timeline',
                label: t('deals.timeline'),
                content: <Timeline entity={kind} id={id} max={12} />,
              },
            ]
          : [{ key: 'facts', label: t('deals.overview'), content: body }]
      }
      onGo={onGo}
      onOpen={() => onOpen(id)}
      onClose={onClose}
    />
  );
}
