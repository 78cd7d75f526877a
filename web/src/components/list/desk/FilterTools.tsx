import { Popover, UnstyledButton } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconChevronLeft,
  IconChevronRight,
  IconFilter,
  IconX,
} from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Condition, completed, type Filter, type FilterNode, isComplete, isGroup } from '@/lib/filters';
import list from '../list.module.css';
import { Builder } from './Builder';
import { ConditionEditor, startCondition } from './ConditionEditor';
import c from './desk.module.css';
import type { FilterField } from './fields';
import { useWords } from './useWords';

type Props = {
  fields: FilterField[];
  filter: Filter;
  onChange: (next: Filter) => void;
};

/** "Filter" picks a field and asks at once; each condition is a chip; groups are written in the builder. */
export function FilterTools({ fields, filter, onChange }: Props) {
  const { t } = useTranslation();
  const { fieldOf, conditionWord, nodeWord } = useWords(fields);
  const [building, setBuilding] = useState(false);
  const replace = (n: number, next: FilterNode | null) =>
    onChange(next ? filter.map((x, i) => (i === n ? next : x)) : filter.filter((_, i) => i !== n));
  return (
    <>
      <AddFilter
        fields={fields}
        filter={filter}
        onChange={onChange}
        building={building}
        setBuilding={setBuilding}
      />
      {filter.map((node, n) => {
        const field = isGroup(node) ? undefined : fieldOf(node.field);
        const name = isGroup(node) ? t('desk.group') : (field?.label ?? node.field);
        const text = isGroup(node) ? nodeWord(node) : conditionWord(node);
        // its place may change with its operator: the address holds short forms first
        const kind = isGroup(node) ? '' : node.field;
        const key = `${kind}#${filter.slice(0, n).filter((x) => (isGroup(x) ? '' : x.field) === kind).length}`;
        return (
          <span key={key} className={list.chip}>
            {field && !isGroup(node) ? (
              <ChipEditor field={field} condition={node} text={text} onChange={(next) => replace(n, next)} />
            ) : (
              <UnstyledButton
                className={`${list.chipText} ${c.groupChip}`}
                title={text}
                onClick={() => setBuilding(true)}
              >
                <span className={isGroup(node) ? 'sr-only' : list.chipLabel}>{name}</span> <bdi>{text}</bdi>
              </UnstyledButton>
            )}
            <button
              type="button"
              className={list.chipX}
              aria-label={t('components.list.removeFilter', { name })}
              onClick={() => replace(n, null)}
            >
              <IconX size={12} aria-hidden />
            </button>
          </span>
        );
      })}
      {filter.length > 1 && (
        <UnstyledButton className={list.tool} onClick={() => onChange([])}>
          {t('components.list.clear')}
        </UnstyledButton>
      )}
    </>
  );
}

/** What is not complete yet stays in the editor and is not asked. */
function ChipEditor({
  field,
  condition,
  text,
  onChange,
}: {
  field: FilterField;
  condition: Condition;
  text: string;
  onChange: (next: Condition | null) => void;
}) {
  const [opened, setOpened] = useState(false);
  const [draft, setDraft] = useState(condition);
  // biome-ignore lint/correctness/useExhaustiveDependencies: taken over each time it opens
  useEffect(() => setDraft(condition), [opened]);
  const change = (next: Condition) => {
    setDraft(next);
    if (isComplete(next)) onChange(next);
  };
  const close = () => {
    setOpened(false);
    if (!isComplete(draft)) onChange(null);
  };
  return (
    <Popover
      opened={opened}
      onChange={(open) => (open ? setOpened(true) : close())}
      position="bottom-start"
      width={280}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <UnstyledButton
          className={list.chipText}
          aria-expanded={opened}
          onClick={() => (opened ? close() : setOpened(true))}
        >
          <span className={list.chipLabel}>{field.label}</span> <bdi>{text}</bdi>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={list.pop} aria-label={field.label}>
        <ConditionEditor field={field} condition={draft} onChange={change} focus />
      </Popover.Dropdown>
    </Popover>
  );
}

type AddProps = Props & { building: boolean; setBuilding: (on: boolean) => void };

function AddFilter({ fields, filter, onChange, building, setBuilding }: AddProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState<{ field: FilterField; draft: Condition } | null>(null);
  const q = query.trim().toLowerCase();
  const shown = q ? fields.filter((f) => f.label.toLowerCase().includes(q)) : fields;
  const open = (on: boolean) => {
    setOpened(on);
    setAt(null);
    setQuery('');
    if (!on) setBuilding(false);
  };
  // one condition of a field that is there already is changed, not doubled
  const placeOf = (field: FilterField) => filter.findIndex((n) => !isGroup(n) && n.field === field.key);
  const put = (field: FilterField, draft: Condition) => {
    const place = placeOf(field);
    const others = filter.filter((_, i) => i !== place);
    if (!isComplete(draft)) return onChange(others);
    onChange(place < 0 ? [...filter, draft] : filter.map((n, i) => (i === place ? draft : n)));
  };
  const pick = (field: FilterField) => {
    const there = filter[placeOf(field)];
    const draft = there && !isGroup(there) ? there : startCondition(field);
    setAt({ field, draft });
    if (!there && isComplete(draft)) put(field, draft);
  };
  const change = (draft: Condition) => {
    if (!at) return;
    setAt({ ...at, draft });
    put(at.field, draft);
  };
  return (
    <Popover
      opened={opened || building}
      onChange={open}
      position="bottom-start"
      width={building ? 'auto' : at ? 280 : 220}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <UnstyledButton
          className={list.tool}
          aria-expanded={opened || building}
          onClick={() => open(!(opened || building))}
        >
          <IconFilter size={15} aria-hidden />
          {t('components.list.filter')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={list.pop} aria-label={t('components.list.filter')}>
        {building ? (
          <Builder fields={fields} filter={filter} onChange={(next) => onChange(completed(next))} />
        ) : at ? (
          <>
            <UnstyledButton className={list.back} onClick={() => setAt(null)}>
              <IconChevronLeft size={14} className="flip" aria-hidden />
              {at.field.label}
            </UnstyledButton>
            <ConditionEditor field={at.field} condition={at.draft} onChange={change} focus />
          </>
        ) : (
          <>
            <input
              className={list.popFind}
              aria-label={t('desk.findField')}
              placeholder={t('desk.findField')}
              value={query}
              onChange={(e) => setQuery(e.currentTarget.value)}
              onKeyDown={(e) => {
                const first = shown[0];
                if (e.key === 'Enter' && first) {
                  e.preventDefault();
                  pick(first);
                }
              }}
              data-autofocus
            />
            <div className={c.fieldList}>
              {shown.map((f) => (
                <UnstyledButton key={f.key} className={list.entry} onClick={() => pick(f)}>
                  <f.icon size={15} stroke={1.7} aria-hidden />
                  <span className={list.ell}>{f.label}</span>
                  <IconChevronRight size={13} className={`${list.end} flip`} aria-hidden />
                </UnstyledButton>
              ))}
              {!shown.length && <p className={list.popNone}>{t('components.noMatch')}</p>}
            </div>
            <UnstyledButton className={`${list.entry} ${c.advanced}`} onClick={() => setBuilding(true)}>
              <IconAdjustmentsHorizontal size={15} stroke={1.7} aria-hidden />
              {t('desk.advanced')}
            </UnstyledButton>
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
