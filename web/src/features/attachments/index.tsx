import { lazy, Suspense } from 'react';
import { SkeletonLines } from '@/components';
import type { Parent } from './query';

const Panel = lazy(async () => ({ default: (await import('./FilesPanel')).FilesPanel }));

/** The files of a record, fetched when their tab is opened. */
export function FilesTab({ parent }: { parent: Parent }) {
  return (
    <Suspense fallback={<SkeletonLines lines={5} gap={26} />}>
      <Panel parent={parent} />
    </Suspense>
  );
}
