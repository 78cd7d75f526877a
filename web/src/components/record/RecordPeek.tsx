import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/session/session';
import type { PeekProps } from '../list';
import { SkeletonLines } from '../Skeletons';
import { ErrorState } from '../States';
import type { Named, RecordKind } from './kind';
import { Peek } from './Peek';
import { Timeline } from './timeline/Timeline';

type Props<T extends Named> = PeekProps<T> & {
  kind: RecordKind<T>;
  facts: (record: T, editable: boolean) => ReactNode;
};

/** A record beside its list: at once as the list knows it, then as the server does. */
export function RecordPeek<T extends Named>(props: Props<T>) {
  const { kind, facts, id, row, params, onGo, onOpen, onClose } = props;
  const { t } = useTranslation();
  const can = useCan();
  const query = useQuery({ ...kind.query(id), placeholderData: row as never });
  const record = query.data;
  const label = t('record.overview');
  const body = query.isError ? (
    <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <SkeletonLines lines={8} gap={22} />
  );
  return (
    <Peek
      entity={kind.entity}
      params={params}
      id={id}
      name={record?.name ?? t(kind.title)}
      pills={record && kind.pills(record)}
      tabs={
        record
          ? [
              { key: 'facts', label, content: facts(record, can(`${kind.entity}.update`)) },
              {
                key: 'timeline',
                label: t('record.timeline'),
                content: <Timeline entity={kind.entity} id={id} max={12} />,
              },
            ]
          : [{ key: 'facts', label, content: body }]
      }
      onGo={onGo}
      onOpen={() => onOpen(id)}
      onClose={onClose}
    />
  );
}
