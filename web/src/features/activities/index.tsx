import { lazy, Suspense } from 'react';
import { SkeletonLines } from '@/components';
import type { Parent } from './types';

export type { Parent, ParentKind } from './types';

const Panel = lazy(async () => ({ default: (await import('./ActivitiesPanel')).ActivitiesPanel }));

/** The activities of a record, fetched when its tab is opened. `name` is the record's, for the form. */
export function ActivitiesTab(props: { parent: Parent; name?: string }) {
  return (
    <Suspense fallback={<SkeletonLines lines={6} gap={26} />}>
      <Panel {...props} />
    </Suspense>
  );
}
