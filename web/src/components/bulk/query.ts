import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { BulkAnswer } from '@/api/types';
import { useFormat } from '@/app/ui';
import { useTakeBack } from '@/data/bulk';
import { toast } from '../toast';
import { type BulkEntity, bodyOf, type Selection } from './selection';

/** What is done to each record: an owner, or a status, tags, deletion. */
export type BulkWish =
  | { assign: { assigned_to?: string | null; team_id?: string | null; distribute?: Distribute } }
  | { change: { status?: string; add_tags?: string[]; remove_tags?: string[]; delete?: boolean } };
type Distribute = { users?: string[]; team_id?: string; by: 'round_robin' | 'load' };

/** An undo of many records deserves more time than that of one. */
const UNDO_FOR = 12_000;

function send(entity: BulkEntity, selection: Selection, wish: BulkWish, dryRun: boolean) {
  const [path, fields] = 'assign' in wish ? ['assign', wish.assign] : ['bulk', { change: wish.change }];
  return api.call<BulkAnswer>('post', `/${entity}/${path}`, {
    query: dryRun ? { dry_run: true } : undefined,
    body: { ...bodyOf(selection), ...fields },
  });
}

/** How many records a change would touch, counted by the server. */
export function useBulkCount(entity: BulkEntity, selection: Selection, wish: BulkWish | null) {
  return useQuery({
    queryKey: ['bulk', entity, bodyOf(selection), wish],
    queryFn: async () => (await send(entity, selection, wish as BulkWish, true)).count ?? 0,
    enabled: wish !== null,
    retry: false,
    gcTime: 0,
    meta: { silent: true },
  });
}

/** Makes the change. A small one is done and can be taken back from the toast; a large one goes on by itself. */
export function useBulkChange(entity: BulkEntity) {
  const { t } = useTranslation();
  const f = useFormat();
  const qc = useQueryClient();
  const takeBack = useTakeBack();
  const told = useCallback(
    (answer: BulkAnswer, what: string | undefined) => {
      if (answer.job_id) {
        toast.done(t('bulk.begun', { count: answer.total ?? 0, n: f.int(answer.total ?? 0) }));
        return;
      }
      const count = answer.updated ?? 0;
      const message = what ?? t(`bulk.done.${entity}`, { count, n: f.int(count) });
      const { undo_id } = answer;
      if (!count || !undo_id) toast.done(t('bulk.nothing'));
      else toast.undo(message, () => takeBack.mutate(undo_id), { ms: UNDO_FOR });
    },
    [t, f, entity, takeBack],
  );
  return useMutation({
    meta: { silent: true },
    mutationFn: ({
      selection,
      wish,
    }: {
      selection: Selection;
      wish: BulkWish;
      say?: (n: number) => string;
    }) => send(entity, selection, wish, false),
    onSuccess: (answer, { say }) => told(answer, answer.updated ? say?.(answer.updated) : undefined),
    onError: (error) => toast.failure(error),
    onSettled: () => {
      for (const key of [entity, 'dashboard', 'overview', 'jobs'])
        void qc.invalidateQueries({ queryKey: [key] });
    },
  });
}
