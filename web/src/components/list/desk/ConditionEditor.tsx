import { useTranslation } from 'react-i18next';
import type { Condition } from '@/lib/filters';
import c from './desk.module.css';
import { type FilterField, OPS, shapeOf, startOf } from './fields';
import { useWords } from './useWords';
import { ValueEditor } from './ValueEditor';

type Props = {
  field: FilterField;
  condition: Condition;
  onChange: (next: Condition) => void;
  focus?: boolean;
};

export const startCondition = (field: FilterField): Condition => {
  const op = OPS[field.kind][0] ?? 'is';
  return { field: field.key, op, value: startOf(shapeOf(field.kind, op)) };
};

/** Operator and value of one condition. */
export function ConditionEditor({ field, condition, onChange, focus }: Props) {
  const { t } = useTranslation();
  const { opWord } = useWords([field]);
  const ops = OPS[field.kind];
  const setOp = (op: string) => {
    const shape = shapeOf(field.kind, op);
    const keeps = shape === shapeOf(field.kind, condition.op);
    onChange({ ...condition, op, value: keeps ? condition.value : startOf(shape) });
  };
  return (
    <div className={c.editor}>
      {ops.length > 1 && (
        <select
          className={c.select}
          aria-label={t('desk.opOf', { name: field.label })}
          value={condition.op}
          onChange={(e) => setOp(e.currentTarget.value)}
        >
          {[...ops, ...(ops.includes(condition.op) ? [] : [condition.op])].map((op) => (
            <option key={op} value={op}>
              {opWord(field, op)}
            </option>
          ))}
        </select>
      )}
      <ValueEditor
        key={condition.op}
        field={field}
        op={condition.op}
        value={condition.value}
        onChange={(value) => onChange({ ...condition, value })}
        focus={focus}
      />
    </div>
  );
}
