import { Popover, UnstyledButton } from '@mantine/core';
import { IconArrowsSort, IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import list from '../list.module.css';
import c from './desk.module.css';

type Sorted = { id: string; desc: boolean };
type Props = {
  columns: { id: string; label: string }[];
  sorts: Sorted[];
  onChange: (next: Sorted[]) => void;
};
const MOST = 3;

/** The order of the list by up to three columns; Shift and a click on a header do the same. */
export function SortMenu({ columns, sorts, onChange }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const free = columns.filter((x) => !sorts.some((s) => s.id === x.id));
  const set = (n: number, next: Sorted) => onChange(sorts.map((s, i) => (i === n ? next : s)));
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={320} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={list.tool}
          data-on={sorts.length > 0 || undefined}
          aria-expanded={opened}
          onClick={() => setOpened((v) => !v)}
        >
          <IconArrowsSort size={15} aria-hidden />
          {sorts.length > 1 ? t('desk.sortedBy', { count: sorts.length }) : t('desk.sort')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={list.pop} aria-label={t('desk.sort')}>
        <div className={c.sorts}>
          {sorts.map((s, n) => (
            <div key={s.id} className={c.sortLine}>
              <select
                className={c.select}
                aria-label={t('desk.sortColumn', { n: n + 1 })}
                value={s.id}
                onChange={(e) => set(n, { ...s, id: e.currentTarget.value })}
                data-autofocus={n === 0 || undefined}
              >
                {columns
                  .filter((x) => x.id === s.id || free.includes(x))
                  .map((x) => (
                    <option key={x.id} value={x.id}>
                      {x.label}
                    </option>
                  ))}
              </select>
              <select
                className={c.select}
                aria-label={t('desk.sortDirection', { n: n + 1 })}
                value={s.desc ? 'desc' : 'asc'}
                onChange={(e) => set(n, { ...s, desc: e.currentTarget.value === 'desc' })}
              >
                <option value="asc">{t('desk.asc')}</option>
                <option value="desc">{t('desk.desc')}</option>
              </select>
              <button
                type="button"
                className={c.icon}
                aria-label={t('desk.removeSort', { n: n + 1 })}
                onClick={() => onChange(sorts.filter((_, i) => i !== n))}
              >
                <IconX size={14} aria-hidden />
              </button>
            </div>
          ))}
          {!sorts.length && <p className={list.popNone}>{t('desk.sortNone')}</p>}
          {sorts.length < MOST && free[0] && (
            <UnstyledButton
              className={c.adder}
              data-autofocus={!sorts.length || undefined}
              onClick={() => free[0] && onChange([...sorts, { id: free[0].id, desc: false }])}
            >
              <IconPlus size={14} aria-hidden />
              {t('desk.addSort')}
            </UnstyledButton>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
