import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { TeamOverview } from '@/api/types';
import { useFormat } from '@/app/ui';
import { useCan } from '@/session/session';
import { Frame } from './Frame';
import c from './overview.module.css';
import { teamsOverviewQuery } from './query';
import { Workload } from './Workload';

export function TeamsOverviewPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const query = useQuery(teamsOverviewQuery);
  const nameOf = (x: TeamOverview) => x.name ?? t('overview.noTeam');
  const keyOf = (x: TeamOverview) => x.id ?? 'none';
  return (
    <Frame>
      <Workload
        title={t('overview.teams')}
        name={t('overview.team')}
        none={t('overview.noTeams')}
        lines={6}
        query={query}
        keyOf={keyOf}
        nameOf={nameOf}
        filterOf={(x) => ({ team_id: keyOf(x) })}
        heading={(x) => (
          <>
            {x.id && can('users.read') ? (
              <Link to={'/overview/agents' as never} search={{ team_id: x.id } as never} className={c.name}>
                <span dir="auto">{nameOf(x)}</span>
              </Link>
            ) : (
              <span className={c.nobody}>{nameOf(x)}</span>
            )}
            {x.id && (
              <small className={c.meta}>
                {t('overview.members', { count: x.members, n: f.int(x.members) })}
              </small>
            )}
          </>
        )}
        unassigned
        mayMove={can('users.read')}
      />
    </Frame>
  );
}
