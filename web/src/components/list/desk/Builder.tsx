import { UnstyledButton } from '@mantine/core';
import { IconFolderPlus, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Condition,
  type Filter,
  type FilterNode,
  type Group,
  groupOf,
  isGroup,
  membersOf,
} from '@/lib/filters';
import { ConditionEditor, startCondition } from './ConditionEditor';
import c from './desk.module.css';
import type { FilterField } from './fields';

type Props = { fields: FilterField[]; filter: Filter; onChange: (next: Filter) => void };
/** Groups in groups in the list's own: more nobody reads. */
const DEEPEST = 2;

/** The whole filter, with groups; it is kept here while it is being written. */
export function Builder({ fields, filter, onChange }: Props) {
  const { t } = useTranslation();
  const only = filter.length === 1 && filter[0] && isGroup(filter[0]) && 'or' in filter[0] ? filter[0] : null;
  const [root, setRoot] = useState<Group>(() => {
    const start: Group = only ?? { and: filter };
    const first = fields[0];
    return membersOf(start).length || !first ? start : groupOf('and', [startCondition(first)]);
  });
  const change = (next: Group) => {
    setRoot(next);
    onChange('and' in next ? next.and : membersOf(next).length ? [next] : []);
  };
  return (
    <div className={c.builder}>
      <p className={c.builderTitle}>{t('desk.advanced')}</p>
      <GroupEditor fields={fields} group={root} depth={0} onChange={change} />
    </div>
  );
}

type GroupProps = {
  fields: FilterField[];
  group: Group;
  depth: number;
  onChange: (next: Group) => void;
};

function GroupEditor({ fields, group, depth, onChange }: GroupProps) {
  const { t } = useTranslation();
  const word = 'and' in group ? 'and' : 'or';
  const nodes = membersOf(group);
  const set = (next: FilterNode[]) => onChange(groupOf(word, next));
  const first = fields[0];
  if (!first) return null;
  return (
    <div className={c.groupBox} data-depth={depth} role="group" aria-label={t('desk.group')}>
      {nodes.map((node, n) => {
        const replace = (next: FilterNode) => set(nodes.map((x, i) => (i === n ? next : x)));
        const remove = (
          <button
            type="button"
            className={c.icon}
            aria-label={t('desk.removeCondition', { n: n + 1 })}
            onClick={() => set(nodes.filter((_, i) => i !== n))}
          >
            <IconTrash size={14} aria-hidden />
          </button>
        );
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
          <div key={n} className={c.line}>
            <span className={c.joint}>
              {n === 0 ? (
                t('desk.where')
              ) : n === 1 ? (
                <select
                  className={c.select}
                  aria-label={t('desk.joint')}
                  value={word}
                  onChange={(e) => onChange(groupOf(e.currentTarget.value === 'or' ? 'or' : 'and', nodes))}
                >
                  <option value="and">{t('desk.and')}</option>
                  <option value="or">{t('desk.or')}</option>
                </select>
              ) : (
                t(word === 'and' ? 'desk.and' : 'desk.or')
              )}
            </span>
            {isGroup(node) ? (
              <GroupEditor fields={fields} group={node} depth={depth + 1} onChange={replace} />
            ) : (
              <Line fields={fields} condition={node} onChange={replace} />
            )}
            {remove}
          </div>
        );
      })}
      <div className={c.adders}>
        <UnstyledButton className={c.adder} onClick={() => set([...nodes, startCondition(first)])}>
          <IconPlus size={14} aria-hidden />
          {t('desk.addCondition')}
        </UnstyledButton>
        {depth < DEEPEST && (
          <UnstyledButton
            className={c.adder}
            onClick={() => set([...nodes, groupOf(word === 'and' ? 'or' : 'and', [startCondition(first)])])}
          >
            <IconFolderPlus size={14} aria-hidden />
            {t('desk.addGroup')}
          </UnstyledButton>
        )}
      </div>
    </div>
  );
}

function Line({
  fields,
  condition,
  onChange,
}: {
  fields: FilterField[];
  condition: Condition;
  onChange: (next: Condition) => void;
}) {
  const { t } = useTranslation();
  const field = fields.find((f) => f.key === condition.field);
  return (
    <div className={c.condition}>
      <select
        className={c.select}
        aria-label={t('desk.field')}
        value={condition.field}
        onChange={(e) => {
          const next = fields.find((f) => f.key === e.currentTarget.value);
          if (next) onChange(startCondition(next));
        }}
      >
        {!field && <option value={condition.field}>{condition.field}</option>}
        {fields.map((f) => (
          <option key={f.key} value={f.key}>
            {f.label}
          </option>
        ))}
      </select>
      {field && <ConditionEditor field={field} condition={condition} onChange={onChange} />}
    </div>
  );
}
