import { lazy, Suspense } from 'react';
import type { Client } from '@/api/types';
import { SkeletonLines } from '@/components';

const Tab = lazy(async () => ({ default: (await import('./DocumentsTab')).DocumentsTab }));

/** The tab on a client's page, fetched when it is opened. */
export function DocumentsTab({ client }: { client: Client }) {
  return (
    <Suspense fallback={<SkeletonLines lines={6} gap={30} />}>
      <Tab client={client} />
    </Suspense>
  );
}
