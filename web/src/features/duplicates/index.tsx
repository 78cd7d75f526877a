import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import type { Client } from '@/api/types';
import { toast } from '@/components';

export { LinkChoice, type LinkTarget } from './LinkChoice';
export { LooksLike } from './LooksLike';

const Duplicates = lazy(async () => ({
  default: (await import('./ClientDuplicates')).ClientDuplicates,
}));
const Merges = lazy(async () => ({ default: (await import('./ClientMerges')).ClientMerges }));
const later = (part: ReactNode) => <Suspense fallback={null}>{part}</Suspense>;

/** Fetched beside the page: nothing of it is there at first. */
export const ClientDuplicates = ({ client }: { client: Client }) => later(<Duplicates client={client} />);
export const ClientMerges = ({ id }: { id: string }) => later(<Merges id={id} />);

/** The client that one became part of, from what the server answers about the one that is gone. */
export function mergedInto(error: unknown): string | null {
  const id = isApiError(error) && hasCode(error, 'merged') ? error.data.merged_into : null;
  return typeof id === 'string' ? id : null;
}

/** A link from before a merge leads to who the client is now. */
export function FollowMerge({ to }: { to: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each
  useEffect(() => {
    toast.done(t('duplicates.led'));
    void navigate({ to: `/clients/${to}`, search: (old: object) => old, replace: true } as never);
  }, [to]);
  return null;
}
