import { SegmentedControl, Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useTeamOptions } from '@/data/lookups';
import type { ListSearch } from '@/lib/listSearch';
import { useCan, useToday } from '@/session/session';
import { ClientPanel } from './ClientPanel';
import c from './dashboard.module.css';
import { lastDays } from './figures';
import { LeadPanel } from './LeadPanel';

const RANGES = ['7', '30', '90', '365'];
const USUAL = '30';

/** The figures of the house, each one leading to its records; period and team stand in the URL. */
export function DashboardPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const teams = useTeamOptions();
  const range = RANGES.includes(search.days ?? '') ? (search.days as string) : USUAL;
  const span = Number(range);
  const team = search.team_id;
  // twice the period: the new ones are compared with those before
  const today = useToday();
  const narrowed = useMemo(() => ({ ...lastDays(2 * span, today), team_id: team }), [span, team, today]);
  const drill = useMemo((): Record<string, string> => (team ? { team_id: team } : {}), [team]);
  const change = (patch: ListSearch) =>
    void navigate({ to: '.', search: { ...search, ...patch } as never, replace: true });
  const panel = { narrowed, span, search: drill };
  return (
    <div className={c.page}>
      <div className={c.tools}>
        {teams.length > 1 && (
          <Select
            aria-label={t('dashboard.team')}
            placeholder={t('dashboard.allTeams')}
            data={[...teams, { value: 'none', label: t('dashboard.noTeam') }]}
            value={team ?? null}
            onChange={(v) => change({ team_id: v ?? undefined })}
            clearable
            clearButtonProps={{ 'aria-label': t('dashboard.allTeams') }}
            size="xs"
            w={190}
            comboboxProps={{ withinPortal: true }}
          />
        )}
        <SegmentedControl
          size="xs"
          bg="var(--sunken)"
          aria-label={t('dashboard.range')}
          value={range}
          onChange={(v) => change({ days: v === USUAL ? undefined : v })}
          data={RANGES.map((value) => ({ value, label: t('dashboard.days', { count: Number(value) }) }))}
        />
      </div>
      {can('clients.read') && <ClientPanel {...panel} />}
      {can('leads.read') && <LeadPanel {...panel} />}
    </div>
  );
}
