import { ActionIcon, Button, SegmentedControl, Select } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState, Notice } from '@/components';
import { useOwnerOptions } from '@/data/lookups';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { calendarQuery } from '../query';
import type { Activity } from '../types';
import { useClock } from '../useClock';
import c from './calendar.module.css';
import { byDay, daysOf, SHAPES, type Shape, spanOf, step } from './grid';
import { MonthView } from './MonthView';
import { TimeView } from './TimeView';
import { useMoves } from './useMoves';

type Props = {
  search: ListSearch;
  onSearch: (next: ListSearch, replace?: boolean) => void;
  onOpen: (a: Activity) => void;
  onAdd: (start?: { due_at?: string; all_day?: boolean }) => void;
  /** Whether others' activities can be seen. */
  wide: boolean;
};
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Month, week and day, in the company's time zone. */
export function CalendarView({ search, onSearch, onOpen, onAdd, wide }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const clock = useClock();
  const owners = useOwnerOptions();
  const shape: Shape = SHAPES.find((s) => s === search.show) ?? 'month';
  const day = DAY.test(search.day ?? '') ? (search.day as string) : clock.today();
  const days = useMemo(() => daysOf(shape, day, clock.weekStart), [shape, day, clock.weekStart]);
  const whose = search.whose ?? 'me';
  const query = useQuery(calendarQuery({ ...spanOf(days, clock.zone), assigned_to: whose }));
  const { zone } = clock;
  const placed = useMemo(() => byDay(query.data?.data ?? [], zone), [query.data, zone]);
  const moves = useMoves(clock, zone);
  const set = (patch: ListSearch) => onSearch({ ...search, ...patch });
  const title =
    shape === 'month'
      ? clock.month(day)
      : shape === 'day'
        ? clock.day(day)
        : `${clock.shortDay(days[0] as string)} – ${clock.shortDay(days.at(-1) as string)}`;
  const view = {
    days,
    day,
    placed,
    clock,
    zone,
    moves,
    movable: can('activities.update'),
    onOpen,
    onDay: (d: string) => set({ day: d, show: 'day' }),
    onAdd: (due_at: string, all_day?: boolean) => can('activities.create') && onAdd({ due_at, all_day }),
  };
  return (
    <div className={c.calendar}>
      <div className={c.bar}>
        <Button variant="default" onClick={() => set({ day: undefined })}>
          {t('activities.due.today')}
        </Button>
        <ActionIcon aria-label={t('components.previous')} onClick={() => set({ day: step(shape, day, -1) })}>
          <IconChevronLeft size={16} className="flip" />
        </ActionIcon>
        <ActionIcon aria-label={t('components.next')} onClick={() => set({ day: step(shape, day, 1) })}>
          <IconChevronRight size={16} className="flip" />
        </ActionIcon>
        <h2 className={c.title} aria-live="polite">
          {title}
        </h2>
        <span className={c.grow} />
        {clock.foreign && <span className={c.zone}>{t('activities.zone', { zone })}</span>}
        {wide && (
          <Select
            size="xs"
            className={c.whose}
            aria-label={t('activities.calendar.whose')}
            data={[
              { value: 'me', label: t('activities.calendar.mine') },
              { value: 'team', label: t('activities.calendar.team') },
              ...owners.map((o) => ({ value: o.value, label: o.label })),
            ]}
            value={whose}
            allowDeselect={false}
            searchable
            nothingFoundMessage={t('components.noMatch')}
            onChange={(v) => set({ whose: v === 'me' ? undefined : (v ?? undefined) })}
          />
        )}
        <SegmentedControl
          size="xs"
          aria-label={t('activities.calendar.shape')}
          data={SHAPES.map((value) => ({ value, label: t(`activities.calendar.${value}`) }))}
          value={shape}
          onChange={(v) => set({ show: v === 'month' ? undefined : v })}
        />
      </div>
      <p id="calendar-keys" hidden>
        {t('activities.calendar.keys')}
      </p>
      <p className="sr-only" aria-live="polite">
        {moves.said}
      </p>
      {query.data?.truncated && (
        <div className={c.truncated}>
          <Notice tone="warn">{t('activities.calendar.truncated')}</Notice>
        </div>
      )}
      {query.isError && !query.data ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div
          className={c.sheet}
          aria-busy={query.isFetching || undefined}
          data-ready={query.isSuccess || undefined}
        >
          {shape === 'month' ? <MonthView {...view} /> : <TimeView key={shape} {...view} />}
        </div>
      )}
    </div>
  );
}
