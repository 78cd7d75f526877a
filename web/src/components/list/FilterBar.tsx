import { Popover, UnstyledButton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconFilter, IconX } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { clearFilters, type ListSearch, toggleValue, valuesOf } from '@/lib/listSearch';
import { addDays } from '@/lib/zone';
import { useToday } from '@/session/session';
import { StatusPill } from '../StatusPill';
import { Avatar } from '../Values';
import c from './list.module.css';
import type { FilterDef } from './types';

type Props = { filters: FilterDef[]; search: ListSearch; onChange: (next: ListSearch) => void };

/** "Filter" opens the list of filters; every active filter is a chip that opens its own choices. */
export function FilterBar({ filters, search, onChange }: Props) {
  const { t } = useTranslation();
  const active = filters.filter((f) => search[f.key]);
  return (
    <>
      <AddFilter filters={filters} search={search} onChange={onChange} />
      {active.map((f) => (
        <Chip key={f.key} filter={f} search={search} onChange={onChange} />
      ))}
      {active.length > 1 && (
        <UnstyledButton
          className={c.tool}
          onClick={() =>
            onChange(
              clearFilters(
                search,
                filters.map((f) => f.key),
              ),
            )
          }
        >
          {t('components.list.clear')}
        </UnstyledButton>
      )}
    </>
  );
}

function AddFilter({ filters, search, onChange }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [at, setAt] = useState<string | null>(null);
  const filter = filters.find((f) => f.key === at);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={filter ? 260 : 200}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <UnstyledButton
          className={c.tool}
          aria-expanded={opened}
          onClick={() => {
            setAt(null);
            setOpened((v) => !v);
          }}
        >
          <IconFilter size={15} aria-hidden />
          {t('components.list.filter')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={c.pop} aria-label={t('components.list.filter')}>
        {filter ? (
          <>
            <UnstyledButton className={c.back} onClick={() => setAt(null)}>
              <IconChevronLeft size={14} className="flip" aria-hidden />
              {filter.label}
            </UnstyledButton>
            <Choices filter={filter} search={search} onChange={onChange} />
          </>
        ) : (
          filters.map((f) => (
            <UnstyledButton key={f.key} className={c.entry} onClick={() => setAt(f.key)}>
              <f.icon size={15} stroke={1.7} aria-hidden />
              {f.label}
              <IconChevronRight size={13} className={`${c.end} flip`} aria-hidden />
            </UnstyledButton>
          ))
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Chip({ filter, search, onChange }: { filter: FilterDef } & Omit<Props, 'filters'>) {
  const { t } = useTranslation();
  const f = useFormat();
  const [opened, setOpened] = useState(false);
  const values = valuesOf(search, filter.key);
  const names = filter.options
    ? values.map((v) => filter.options?.find((o) => o.value === v)?.label ?? v)
    : [rangeText(search[filter.key] ?? '', f.date)];
  const text =
    names.length > 2
      ? t('components.list.andMore', { first: names[0], count: names.length - 1 })
      : names.join(' · ');
  return (
    <span className={c.chip}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" width={260} trapFocus returnFocus>
        <Popover.Target>
          <UnstyledButton className={c.chipText} aria-expanded={opened} onClick={() => setOpened((v) => !v)}>
            <span className={c.chipLabel}>{filter.label}</span> {text}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown className={c.pop} aria-label={filter.label}>
          <Choices filter={filter} search={search} onChange={onChange} />
        </Popover.Dropdown>
      </Popover>
      <button
        type="button"
        className={c.chipX}
        aria-label={t('components.list.removeFilter', { name: filter.label })}
        onClick={() => onChange({ ...search, [filter.key]: undefined })}
      >
        <IconX size={12} aria-hidden />
      </button>
    </span>
  );
}

function rangeText(value: string, format: (iso: string) => string): string {
  const [from = '', to = ''] = value.split('..');
  if (from && to && from === to) return format(from);
  return [from && format(from), to && format(to)].map((v) => v || '…').join(' – ');
}

function Choices({ filter, search, onChange }: { filter: FilterDef } & Omit<Props, 'filters'>) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  if (!filter.options) return <DayRange filter={filter} search={search} onChange={onChange} />;
  const chosen = new Set(valuesOf(search, filter.key));
  const q = query.trim().toLowerCase();
  const options = q
    ? filter.options.filter((o) => `${o.label} ${o.value} ${o.group ?? ''}`.toLowerCase().includes(q))
    : filter.options;
  return (
    <>
      {filter.options.length > 8 && (
        <input
          className={c.popFind}
          aria-label={t('components.find')}
          placeholder={t('components.find')}
          value={query}
          onChange={(e) => setQuery(e.currentTarget.value)}
          data-autofocus
        />
      )}
      <div className={c.choices} role="group" aria-label={filter.label}>
        {options.map((o, i) => (
          <Fragment key={o.value}>
            {o.group && o.group !== options[i - 1]?.group && <p className={c.groupName}>{o.group}</p>}
            <label className={c.choice}>
              <input
                type="checkbox"
                checked={chosen.has(o.value)}
                onChange={() => onChange(toggleValue(search, filter.key, o.value))}
              />
              {o.hue ? (
                <StatusPill label={o.label} hue={o.hue} />
              ) : (
                <>
                  {o.person && <Avatar name={o.label} size={18} />}
                  <span className={c.ell}>{o.label}</span>
                </>
              )}
            </label>
          </Fragment>
        ))}
        {!options.length && <p className={c.popNone}>{t('components.noMatch')}</p>}
      </div>
    </>
  );
}

function DayRange({ filter, search, onChange }: { filter: FilterDef } & Omit<Props, 'filters'>) {
  const { t } = useTranslation();
  const today = useToday();
  const [from = '', to = ''] = (search[filter.key] ?? '').split('..');
  const set = (a: string, b: string) =>
    onChange({ ...search, [filter.key]: a || b ? `${a}..${b}` : undefined });
  return (
    <div className={c.range}>
      <div className={c.presets}>
        {([0, 7, 30, 90] as const).map((n) => (
          <UnstyledButton key={n} className={c.preset} onClick={() => set(addDays(today, n && 1 - n), today)}>
            {n ? t('components.list.lastDays', { count: n }) : t('components.list.today')}
          </UnstyledButton>
        ))}
      </div>
      <label>
        {t('components.list.from')}
        <input
          type="date"
          value={from}
          max={to || undefined}
          onChange={(e) => set(e.currentTarget.value, to)}
        />
      </label>
      <label>
        {t('components.list.to')}
        <input
          type="date"
          value={to}
          min={from || undefined}
          onChange={(e) => set(from, e.currentTarget.value)}
        />
      </label>
    </div>
  );
}
