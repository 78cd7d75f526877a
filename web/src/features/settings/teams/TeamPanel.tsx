import { ActionIcon, Button } from '@mantine/core';
import { IconPencil, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Team } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Avatar, EmptyState, ErrorState, Person, SkeletonLines } from '@/components';
import { useCan } from '@/session/session';
import { teamQuery } from './query';
import c from './teams.module.css';

type Props = { team: Team; onEdit?: () => void; onClose: () => void };

/** Who is in the chosen team. */
export function TeamPanel({ team, onEdit, onClose }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const people = useCan()('users.read');
  const query = useQuery(teamQuery(team.id));
  const members = query.data?.users;
  return (
    <section className={c.panel} aria-labelledby="team-name">
      <div className={c.panelHead}>
        <h2 id="team-name" className={c.panelName}>
          <bdi>{team.name}</bdi>
        </h2>
        {onEdit && (
          <Button variant="default" leftSection={<IconPencil size={14} aria-hidden />} onClick={onEdit}>
            {t('settings.teams.edit')}
          </Button>
        )}
        <ActionIcon aria-label={t('components.close')} onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </div>
      <dl className={c.facts}>
        <dt>{t('settings.teams.field.leader_id')}</dt>
        <dd>
          {team.leader_name ? (
            <Person name={team.leader_name} size={20} />
          ) : (
            <span className="dim">{t('teams.noLeader')}</span>
          )}
        </dd>
      </dl>
      <h3 className={c.panelSub}>
        {t('settings.teams.members', { count: team.members, n: f.int(team.members) })}
      </h3>
      {query.isLoading && <SkeletonLines lines={5} gap={24} />}
      {query.isError && !members && (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      )}
      {members?.length === 0 && <EmptyState compact title={t('teams.nobody')} />}
      {members && members.length > 0 && (
        <ul className={c.members}>
          {members.map((u) => {
            const body = (
              <>
                <Avatar name={u.name} size={26} />
                <span className={c.memberText}>
                  <span dir="auto">{u.name}</span>
                  <small>
                    {u.role_name}
                    {u.id === team.leader_id && ` · ${t('settings.teams.field.leader_id')}`}
                  </small>
                </span>
              </>
            );
            return (
              <li key={u.id}>
                {people ? (
                  <Link to={`/settings/users/${u.id}`} className={c.member}>
                    {body}
                  </Link>
                ) : (
                  <span className={c.member}>{body}</span>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
