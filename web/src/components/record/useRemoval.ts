import type { UseMutationResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useListSearch } from '@/data/listSearch';
import { listOf, type RecordEntity } from '@/data/neighbours';
import { toast } from '../toast';

type Given<V> = {
  entity: RecordEntity;
  id: string;
  remove: UseMutationResult<unknown, Error, V, unknown>;
  restore: UseMutationResult<unknown, Error, V, unknown>;
  /** What both are called with. */
  what: V;
  label: string;
  /** Said afterwards. */
  done: string;
};

export type Removal = { gone: boolean; label: string; start: () => void };

/** A record is deleted on its page: back to the list it was opened from, with a way to undo. */
export function useRemoval<V>({ entity, id, remove, restore, what, label, done }: Given<V>): Removal {
  const navigate = useNavigate();
  const { search } = useListSearch();
  const start = () =>
    remove.mutate(what, {
      onSuccess: () => {
        // this page is gone by then, and with it the callbacks of a plain `mutate`
        toast.undo(done, () => {
          void restore
            .mutateAsync(what)
            .then(() => navigate({ to: `/${entity}/${id}` }))
            .catch(() => undefined);
        });
        void navigate({ to: `/${entity}`, search: listOf(search.list) as never });
      },
    });
  return { gone: remove.isPending || remove.isSuccess, label, start };
}
