import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Team } from '@/api/types';
import { useUi } from '@/app/ui';
import { EmptyState, ErrorState, SkeletonLines } from '@/components';
import { useListSearch } from '@/data/listSearch';
import { teamsQuery } from '@/data/lookups';
import { useCan } from '@/session/session';
import { useMoveTeam } from './query';
import { TeamDrawer } from './TeamDrawer';
import { TeamPanel } from './TeamPanel';
import { TeamTree } from './TeamTree';
import c from './teams.module.css';
import { teamTree } from './tree';

export function TeamsPage() {
  const { t } = useTranslation();
  const { branding } = useUi();
  const can = useCan();
  const manage = can('teams.manage');
  const { search, go } = useListSearch();
  const query = useQuery(teamsQuery);
  const teams = query.data?.data;
  const tree = useMemo(() => teamTree(teams ?? []), [teams]);
  const editing = teams?.find((x) => x.id === search.edit);
  const chosen = teams?.find((x) => x.id === search.team);
  const edit = (team: Team) => go({ ...search, edit: team.id });
  const moveTeam = useMoveTeam(branding.name);

  // a team that moved stands elsewhere in the page: whoever moved it goes along
  const moved = useRef<string | null>(null);
  const move = (team: Team, parent: Team | null) => {
    moved.current = team.id;
    moveTeam(team, parent);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time the teams are placed anew
  useEffect(() => {
    if (!moved.current || document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>(`[data-team="${moved.current}"] button`)?.focus();
    moved.current = null;
  }, [tree]);

  return (
    <div className={c.page}>
      <div className={c.main}>
        <p className={c.intro}>
          {t('settings.teams.intro')}
          {manage && teams && teams.length > 1 && ` ${t('teams.howToMove')}`}
        </p>
        {query.isLoading && <SkeletonLines lines={5} gap={26} />}
        {query.isError && !teams && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {teams &&
          (tree.length ? (
            <TeamTree
              teams={teams}
              tree={tree}
              company={branding.name}
              selected={chosen?.id}
              manage={manage}
              onSelect={(team) => go({ ...search, team: team.id })}
              onEdit={edit}
              onMove={move}
            />
          ) : (
            <EmptyState
              title={t('settings.teams.nothing')}
              action={
                manage && (
                  <Button onClick={() => go({ ...search, new: '1' })}>{t('settings.teams.add')}</Button>
                )
              }
            />
          ))}
      </div>
      {chosen && (
        <TeamPanel
          team={chosen}
          onEdit={manage ? () => edit(chosen) : undefined}
          onClose={() => go({ ...search, team: undefined })}
        />
      )}
      <TeamDrawer
        team={editing}
        teams={teams ?? []}
        opened={manage && (search.new === '1' || Boolean(editing))}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
    </div>
  );
}
