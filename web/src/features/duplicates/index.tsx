import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { hasCode, isApiError } from '@/api/errors';
import type { Contact } from '@/api/sales';
import type { Client } from '@/api/types';
import { toast } from '@/components';
import type { MergeKind } from './types';
import { useDuplicateWords } from './words';

export { LinkChoice, type LinkTarget } from './LinkChoice';
export { LooksLike } from './LooksLike';

const Duplicates = lazy(async () => ({
  default: (await import('./ClientDuplicates')).ClientDuplicates,
}));
const MergesOf = lazy(async () => ({ default: (await import('./Merges')).Merges }));
const Merging = lazy(async () => ({ default: (await import('./MergeContact')).MergeContact }));
const later = (part: ReactNode) => <Suspense fallback={null}>{part}</Suspense>;

/** Fetched beside the page: nothing of it is there at first. */
export const ClientDuplicates = ({ client }: { client: Client }) => later(<Duplicates client={client} />);
export const Merges = (of: { kind: MergeKind; id: string }) => later(<MergesOf {...of} />);
export const MergeContact = (of: { contact: Contact; onClose: () => void }) => later(<Merging {...of} />);

/** The client that one became part of, from what the server answers about the one that is gone. */
export function mergedInto(error: unknown): string | null {
  const id = isApiError(error) && hasCode(error, 'merged') ? error.data.merged_into : null;
  return typeof id === 'string' ? id : null;
}

/** A link from before a merge leads to who the person is now. */
function FollowMerge({ to, kind }: { to: string; kind: MergeKind }) {
  const { say } = useDuplicateWords(kind);
  const navigate = useNavigate();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each
  useEffect(() => {
    toast.done(say('led'));
    void navigate({ to: `/${kind}/${to}`, search: (old: object) => old, replace: true } as never);
  }, [to]);
  return null;
}

/** Instead of an error about a record that went into another one: the way to that one. */
export const followMerge = (kind: MergeKind) => (error: Error) => {
  const kept = mergedInto(error);
  return kept && <FollowMerge to={kept} kind={kind} />;
};
