import { Button } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Team } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, Person, SkeletonLines } from '@/components';
import { teamsQuery } from '@/data/lookups';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import c from '../settings.module.css';
import { TeamDrawer } from './TeamDrawer';
import { type TeamNode, teamTree } from './tree';

export function TeamsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const manage = can('teams.manage');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const query = useQuery(teamsQuery);
  const teams = query.data?.data;
  const tree = useMemo(() => teamTree(teams ?? []), [teams]);
  const go = (next: ListSearch) => void navigate({ to: '.', search: next as never, replace: true });
  const editing = teams?.find((x) => x.id === search.edit);
  return (
    <div className={c.page}>
      <div className={c.narrow}>
        <p className={c.intro}>{t('settings.teams.intro')}</p>
        {query.isLoading && <SkeletonLines lines={5} gap={26} />}
        {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {teams &&
          (tree.length ? (
            <div className={`${c.panel} ${c.teams}`}>
              <Branch
                nodes={tree}
                depth={0}
                onEdit={manage ? (x) => go({ ...search, edit: x.id }) : undefined}
              />
            </div>
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
      <TeamDrawer
        team={editing}
        teams={teams ?? []}
        opened={manage && (search.new === '1' || Boolean(editing))}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
    </div>
  );
}

function Branch({
  nodes,
  depth,
  onEdit,
}: {
  nodes: TeamNode[];
  depth: number;
  onEdit?: (team: Team) => void;
}) {
  const { t } = useTranslation();
  const f = useFormat();
  return (
    <ul>
      {nodes.map(({ team, children }) => (
        <li key={team.id}>
          <div className={c.team} style={{ paddingInlineStart: 14 + depth * 26 }}>
            {depth > 0 && <span className={c.elbow} aria-hidden />}
            <span className={c.teamName}>{team.name}</span>
            <span className={c.teamMeta}>
              {t('settings.teams.members', { count: team.members, n: f.int(team.members) })}
            </span>
            <span className={c.grow} />
            {team.leader_name && (
              <span className={c.teamMeta}>
                <Person name={team.leader_name} size={20} />
              </span>
            )}
            {onEdit && (
              <Button
                variant="subtle"
                color="gray"
                leftSection={<IconPencil size={14} aria-hidden />}
                onClick={() => onEdit(team)}
              >
                {t('settings.teams.edit')}
                <span className="sr-only"> {team.name}</span>
              </Button>
            )}
          </div>
          {children.length > 0 && <Branch nodes={children} depth={depth + 1} onEdit={onEdit} />}
        </li>
      ))}
    </ul>
  );
}
