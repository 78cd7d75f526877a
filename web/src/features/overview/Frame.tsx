import { Select } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTeamOptions } from '@/data/lookups';
import { useCan } from '@/session/session';
import c from './overview.module.css';

type Props = { team?: string; onTeam?: (team: string | null) => void; children: ReactNode };
const TABS = [
  { to: '/overview/teams', key: 'teams', needs: 'teams.read' },
  { to: '/overview/agents', key: 'agents', needs: 'users.read' },
] as const;

/** The two pages of the overview under one bar. */
export function Frame({ team, onTeam, children }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const teams = useTeamOptions();
  return (
    <div className={c.column}>
      <div className={c.bar}>
        <nav className={c.tabs} aria-label={t('overview.title')}>
          {TABS.filter((x) => can(x.needs)).map((x) => (
            <Link
              key={x.to}
              to={x.to as never}
              className={c.tab}
              aria-current={path === x.to ? 'page' : undefined}
            >
              {t(`overview.${x.key}`)}
            </Link>
          ))}
        </nav>
        <span className={c.grow} />
        {onTeam && teams.length > 1 && (
          <Select
            size="xs"
            className={c.pick}
            aria-label={t('overview.team')}
            placeholder={t('overview.allTeams')}
            clearable
            searchable={teams.length > 8}
            data={teams.map((x) => ({ value: x.value, label: x.label }))}
            value={team ?? null}
            onChange={onTeam}
          />
        )}
      </div>
      {children}
    </div>
  );
}
