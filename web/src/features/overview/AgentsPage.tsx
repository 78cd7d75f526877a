import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Avatar, Dash } from '@/components';
import type { ListSearch } from '@/lib/listSearch';
import { Frame } from './Frame';
import c from './overview.module.css';
import { agentsOverviewQuery } from './query';
import { Workload } from './Workload';

export function AgentsOverviewPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { team_id } = useSearch({ strict: false }) as ListSearch;
  const query = useQuery({ ...agentsOverviewQuery(team_id), placeholderData: keepPreviousData });
  return (
    <Frame
      team={team_id}
      onTeam={(team) =>
        void navigate({ to: '.', search: (team ? { team_id: team } : {}) as never, replace: true })
      }
    >
      <Workload
        title={t('overview.agents')}
        name={t('overview.agent')}
        none={t('overview.noAgents')}
        lines={10}
        query={query}
        keyOf={(x) => x.id}
        nameOf={(x) => x.name}
        filterOf={(x) => ({ assigned_to: x.id, team_id })}
        heading={(x) => (
          <span className={c.person}>
            <Avatar name={x.name} size={22} />
            <span dir="auto">{x.name}</span>
            {!x.is_active && <small className={c.gone}>{t('overview.inactive')}</small>}
          </span>
        )}
        beside={{
          title: t('overview.team'),
          cell: (x) => (x.team_name ? <bdi>{x.team_name}</bdi> : <Dash />),
        }}
      />
    </Frame>
  );
}
