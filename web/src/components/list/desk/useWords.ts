import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { type Condition, type FilterNode, isGroup, membersOf } from '@/lib/filters';
import { type FilterField, shapeOf } from './fields';

/** Conditions in a person's words. */
export function useWords(fields: readonly FilterField[]) {
  const { t } = useTranslation();
  const f = useFormat();
  const fieldOf = useCallback((key: string) => fields.find((x) => x.key === key), [fields]);
  const opWord = useCallback(
    (field: FilterField | undefined, op: string) =>
      field?.kind === 'flag' ? t('desk.op.flag') : t(`desk.op.${op}`, { defaultValue: op }),
    [t],
  );
  const valueWord = useCallback(
    (c: Condition): string => {
      const field = fieldOf(c.field);
      const label = (v: unknown) => field?.options?.find((o) => o.value === v)?.label ?? String(v);
      const day = (v: unknown) => (typeof v === 'string' && v ? f.date(v) : '…');
      const v = c.value as never;
      switch (shapeOf(field?.kind ?? 'text', c.op)) {
        case 'none':
          return '';
        case 'flag':
          return t(v ? 'components.yes' : 'components.no');
        case 'options': {
          const names = (Array.isArray(v) ? (v as unknown[]) : [v]).map(label);
          return names.length > 2
            ? t('components.list.andMore', { first: names[0], count: names.length - 1 })
            : names.join(' · ');
        }
        case 'day':
          return day(v);
        case 'days':
          return Array.isArray(v) ? `${day(v[0])} – ${day(v[1])}` : '…';
        case 'numbers':
          return Array.isArray(v) ? `${v[0]} – ${v[1]}` : '…';
        case 'within': {
          const { last, next, unit } = (v ?? {}) as { last?: number; next?: number; unit?: string };
          return t(`desk.span.${last === undefined ? 'next' : 'last'}.${unit}`, { count: last ?? next ?? 0 });
        }
        case 'count': {
          const { count, unit } = (v ?? {}) as { count?: number; unit?: string };
          return t(`desk.unit.${unit}`, { count: count ?? 0 });
        }
        default:
          return String(v ?? '');
      }
    },
    [fieldOf, f, t],
  );
  /** What stands in a chip behind the field's name. */
  const conditionWord = useCallback(
    (c: Condition): string => {
      const field = fieldOf(c.field);
      const shape = shapeOf(field?.kind ?? 'text', c.op);
      const usual = ['in', 'any', 'eq', 'on', 'within', 'between'].includes(c.op) || shape === 'flag';
      const value = valueWord(c);
      if (usual) return value;
      return [opWord(field, c.op), value].filter(Boolean).join(' ');
    },
    [fieldOf, opWord, valueWord],
  );
  const nodeWord = useCallback(
    (node: FilterNode): string => {
      if (!isGroup(node)) return `${fieldOf(node.field)?.label ?? node.field} ${conditionWord(node)}`;
      const word = t('and' in node ? 'desk.and' : 'desk.or');
      return membersOf(node)
        .map((n) => (isGroup(n) ? `(${nodeWordOf(n)})` : nodeWordOf(n)))
        .join(` ${word} `);
      function nodeWordOf(n: FilterNode): string {
        return nodeWord(n);
      }
    },
    [conditionWord, fieldOf, t],
  );
  return { fieldOf, opWord, conditionWord, nodeWord };
}
