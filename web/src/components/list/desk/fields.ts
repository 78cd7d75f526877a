import type { Icon } from '@tabler/icons-react';
import type { PickOption } from '../../PickMenu';

/** How a field is compared; the server's catalogue says the same. */
export type FieldKind =
  | 'text'
  | 'word'
  | 'always'
  | 'choice'
  | 'number'
  | 'instant'
  | 'day'
  | 'flag'
  | 'words';

export type FilterField = {
  /** The server's word: `status`, `custom.level`. */
  key: string;
  label: string;
  icon: Icon;
  kind: FieldKind;
  /** What there is to choose from. */
  options?: PickOption[];
};

const TEXT = ['contains', 'is', 'is_not', 'starts_with', 'empty', 'not_empty'];
const DATE = [
  'within',
  'today',
  'yesterday',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_year',
  'last_year',
  'on',
  'before',
  'after',
  'between',
  'older_than',
];

/** The operators of a kind, the usual one first. */
export const OPS: Record<FieldKind, readonly string[]> = {
  text: TEXT,
  word: ['in', 'not_in', 'contains', 'empty', 'not_empty'],
  always: ['in', 'not_in'],
  choice: ['in', 'not_in', 'empty', 'not_empty'],
  number: ['eq', 'gt', 'gte', 'lt', 'lte', 'between', 'empty', 'not_empty'],
  instant: DATE,
  day: [...DATE, 'tomorrow', 'next_week', 'next_month', 'empty', 'not_empty'],
  flag: ['is'],
  words: ['any', 'all', 'none', 'empty', 'not_empty'],
};

/** The input that an operator needs. */
export type ValueShape =
  | 'none'
  | 'text'
  | 'options'
  | 'number'
  | 'numbers'
  | 'day'
  | 'days'
  | 'within'
  | 'count'
  | 'flag';

export function shapeOf(kind: FieldKind, op: string): ValueShape {
  if (op === 'within') return 'within';
  if (op === 'older_than') return 'count';
  switch (kind) {
    case 'flag':
      return 'flag';
    case 'number':
      return op === 'between' ? 'numbers' : op.endsWith('empty') ? 'none' : 'number';
    case 'instant':
    case 'day':
      return op === 'between' ? 'days' : ['on', 'before', 'after'].includes(op) ? 'day' : 'none';
    default:
      if (op.endsWith('empty')) return 'none';
      return ['in', 'not_in', 'any', 'all', 'none'].includes(op) ? 'options' : 'text';
  }
}

/** What a value begins as; one of the same shape is kept when the operator changes. */
export function startOf(shape: ValueShape): unknown {
  switch (shape) {
    case 'options':
      return [];
    case 'flag':
      return true;
    case 'within':
      return { last: 7, unit: 'day' };
    case 'count':
      return { count: 30, unit: 'day' };
    case 'numbers':
    case 'days':
      return ['', ''];
    case 'none':
      return undefined;
    default:
      return '';
  }
}
