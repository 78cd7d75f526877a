import { useQuery } from '@tanstack/react-query';
import { ErrorState, SkeletonLines } from '@/components';
import shared from '../settings.module.css';
import { AddressSection } from './AddressSection';
import { ConsoleForm } from './ConsoleForm';
import { consoleQuery } from './query';
import { TrySection } from './TrySection';

/** A program of the broker's own that signs its people in by itself: what is believed of its tokens. */
export function ConsolePage() {
  const query = useQuery(consoleQuery);
  if (query.isError && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className={shared.page}>
      {query.isPending && <SkeletonLines lines={12} gap={30} />}
      {query.data && (
        <>
          <AddressSection ready={query.data.secrets.some((x) => x.active)} />
          <ConsoleForm saved={query.data} />
          <TrySection />
        </>
      )}
    </div>
  );
}
