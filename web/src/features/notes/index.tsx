import { lazy, Suspense } from 'react';
import { SkeletonLines } from '@/components';
import type { Parent } from './types';

const Panel = lazy(async () => ({ default: (await import('./NotesPanel')).NotesPanel }));

/** The notes of a record, fetched when their tab is opened. */
export function NotesTab({ parent }: { parent: Parent }) {
  return (
    <Suspense fallback={<SkeletonLines lines={6} gap={26} />}>
      <Panel parent={parent} />
    </Suspense>
  );
}
