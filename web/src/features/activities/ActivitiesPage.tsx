import { Button, Group, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SkeletonLines } from '@/components';
import { useListSearch } from '@/data/listSearch';
import { useTeamOptions } from '@/data/lookups';
import { scopeOf } from '@/session/permissions';
import { useCan, useMe } from '@/session/session';
import { ActivityDrawer } from './ActivityDrawer';
import c from './activities.module.css';
import { QuickAdd } from './QuickAdd';
import { activityQuery, mineQuery, teamQuery } from './query';
import { TaskGroups } from './TaskGroups';
import type { Activity } from './types';

const AllList = lazy(async () => ({ default: (await import('./AllList')).AllList }));
const CalendarView = lazy(async () => ({ default: (await import('./calendar/CalendarView')).CalendarView }));

const TABS = ['mine', 'team', 'all', 'calendar'] as const;
type Tab = (typeof TABS)[number];
/** What of the address belongs to one tab and means nothing in another. */
const KEPT = ['tab'];

export function ActivitiesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { user } = useMe();
  const navigate = useNavigate();
  const { search, go } = useListSearch();
  // who sees only their own needs no team's list
  const wide = scopeOf(user, 'activities.read') !== 'own';
  const tabs = TABS.filter((x) => x !== 'team' || wide);
  const tab: Tab = tabs.find((x) => x === search.tab) ?? 'mine';
  const [start, setStart] = useState<{ due_at?: string; all_day?: boolean }>({});
  const open = useCallback((a: Activity) => go({ ...search, task: a.id }), [go, search]);
  const add = (from: { due_at?: string; all_day?: boolean } = {}) => {
    setStart(from);
    go({ ...search, new: '1' });
  };
  const detail = useQuery({ ...activityQuery(search.task ?? ''), enabled: Boolean(search.task) });
  const show = (next: Tab) => {
    const kept = Object.fromEntries(Object.entries(search).filter(([k]) => KEPT.includes(k)));
    go({ ...kept, tab: next === 'mine' ? undefined : next });
  };
  const onKey = (e: KeyboardEvent<HTMLDivElement>) => {
    const rtl = document.documentElement.dir === 'rtl';
    const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[e.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (!next) return;
    show(next);
    document.getElementById(`activities-${next}`)?.focus();
  };
  const addButton = can('activities.create') && (
    <Button leftSection={<IconPlus size={14} />} onClick={() => add()}>
      {t('activities.add')}
    </Button>
  );
  const addOrImport = (
    <Group gap="sm" justify="center">
      {addButton}
      {can('activities.import') && can('activities.create') && (
        <Button
          variant="default"
          onClick={() => void navigate({ to: '/imports/new', search: { entity: 'activities' } as never })}
        >
          {t('activities.import')}
        </Button>
      )}
    </Group>
  );
  return (
    <div className={c.page}>
      <div className={c.tabs}>
        <div role="tablist" aria-label={t('activities.title')} className={c.tablist} onKeyDown={onKey}>
          {tabs.map((x) => (
            <button
              key={x}
              id={`activities-${x}`}
              type="button"
              role="tab"
              aria-selected={x === tab}
              aria-controls="activities-panel"
              tabIndex={x === tab ? 0 : -1}
              className={c.tab}
              onClick={() => show(x)}
            >
              {t(`activities.tab.${x}`)}
            </button>
          ))}
        </div>
      </div>
      <div
        id="activities-panel"
        role="tabpanel"
        aria-labelledby={`activities-${tab}`}
        tabIndex={0}
        className={c.panel}
      >
        {(tab === 'mine' || tab === 'team') && (
          <div className={c.scroll}>
            {can('activities.create') && tab === 'mine' && <QuickAdd onMore={() => add()} />}
            {tab === 'mine' ? (
              <Mine onOpen={open} action={addButton} />
            ) : (
              <Team team={search.team_id} onTeam={(team_id) => go({ ...search, team_id })} onOpen={open} />
            )}
          </div>
        )}
        <Suspense
          fallback={
            <div className={c.wait}>
              <SkeletonLines lines={10} gap={26} />
            </div>
          }
        >
          {tab === 'all' && <AllList search={search} onSearch={go} onOpen={open} onAdd={addOrImport} />}
          {tab === 'calendar' && (
            <CalendarView search={search} onSearch={go} onOpen={open} onAdd={add} wide={wide} />
          )}
        </Suspense>
      </div>
      <ActivityDrawer
        opened={search.new === '1' && can('activities.create')}
        start={start}
        onClose={() => {
          setStart({});
          go({ ...search, new: undefined });
        }}
      />
      {search.task && detail.data && (
        <ActivityDrawer opened activity={detail.data} onClose={() => go({ ...search, task: undefined })} />
      )}
    </div>
  );
}

function Mine({ onOpen, action }: { onOpen: (a: Activity) => void; action: ReactNode }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(mineQuery());
  return (
    <TaskGroups
      mine
      query={query}
      onOpen={onOpen}
      empty={{ title: t('activities.nothing'), text: t('activities.nothingText'), action }}
    />
  );
}

type TeamProps = {
  team: string | undefined;
  onTeam: (team: string | undefined) => void;
  onOpen: (a: Activity) => void;
};
function Team({ team, onTeam, onOpen }: TeamProps) {
  const { t } = useTranslation();
  const teams = useTeamOptions();
  const query = useInfiniteQuery(teamQuery(team));
  return (
    <>
      {teams.length > 1 && (
        <div className={c.pickTeam}>
          <Select
            size="xs"
            aria-label={t('activities.field.team_id')}
            placeholder={t('activities.allTeams')}
            data={teams.map((x) => ({ value: x.value, label: x.label }))}
            value={team ?? null}
            clearable
            searchable
            nothingFoundMessage={t('components.noMatch')}
            onChange={(v) => onTeam(v ?? undefined)}
          />
        </div>
      )}
      <TaskGroups
        query={query}
        onOpen={onOpen}
        empty={{ title: t('activities.nothingTeam'), text: t('activities.nothingTeamText') }}
      />
    </>
  );
}
