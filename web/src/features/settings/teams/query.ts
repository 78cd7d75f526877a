import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import { ApiError, isApiError } from '@/api/errors';
import type { Team } from '@/api/types';
import { toast } from '@/components';
import { teamsQuery } from '@/data/lookups';

export const teamQuery = (id: string) =>
  queryOptions({
    queryKey: ['teams', 'detail', id],
    queryFn: ({ signal }) => api.get('/teams/{id}', { path: { id }, signal }),
  });

type Move = { team: Team; parent: Team | null };

/** Shown at once, taken back when the server says no; the way back is offered for a moment. */
export function useMoveTeam(top: string) {
  const { t } = useTranslation();
  const qc = useQueryClient();
  const key = teamsQuery.queryKey;
  const { mutate } = useMutation({
    meta: { silent: true },
    mutationFn: ({ team, parent }: Move) =>
      api.patch('/teams/{id}', { path: { id: team.id }, body: { parent_id: parent?.id ?? null } }),
    onMutate: async ({ team, parent }) => {
      // an older answer on its way would put the team back for a moment
      await qc.cancelQueries({ queryKey: key });
      const before = qc.getQueryData(key);
      const placed = { parent_id: parent?.id ?? null };
      qc.setQueryData(
        key,
        before && { ...before, data: before.data.map((x) => (x.id === team.id ? { ...x, ...placed } : x)) },
      );
      return { before };
    },
    onError: (error, _move, kept) => {
      if (kept?.before) qc.setQueryData(key, kept.before);
      // somebody else moved the other team meanwhile: the server's list of fields would not say that
      const circle = isApiError(error) && error.fields.parent_id;
      toast.failure(circle ? new ApiError(error.status, { message: t('teams.circle') }) : error);
    },
    onSettled: () => qc.invalidateQueries({ queryKey: ['teams'] }),
  });
  return (team: Team, parent: Team | null) => {
    const teams = qc.getQueryData(key)?.data ?? [];
    const from = teams.find((x) => x.id === team.parent_id) ?? null;
    if ((from?.id ?? null) === (parent?.id ?? null)) return;
    mutate(
      { team, parent },
      {
        onSuccess: (fresh) =>
          toast.undo(t('teams.moved', { team: team.name, to: parent?.name ?? top }), () =>
            mutate({ team: fresh, parent: from }),
          ),
      },
    );
  };
}
