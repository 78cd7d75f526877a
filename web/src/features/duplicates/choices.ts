import type { Conflict, Which } from './types';

/** What somebody chose in the dialog, field by field. */
export type Choices = Record<string, Which>;

/** What counts for a field: the choice, or what comes by itself. */
export const chosen = (conflict: Conflict, choices: Choices): Which =>
  (conflict.choosable ? choices[conflict.field] : undefined) ?? conflict.chosen;

/** In a fixed order, so that equal choices are one question. */
export function fieldsOf(choices: Choices): Choices | undefined {
  const entries = Object.entries(choices).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length ? Object.fromEntries(entries) : undefined;
}

/** Where the arrow keys lead: up and down to the next field, left and right to the other value. */
export function arrow(key: string, rtl: boolean): { rows: -1 | 0 | 1; which?: Which } | null {
  switch (key) {
    case 'ArrowUp':
      return { rows: -1 };
    case 'ArrowDown':
      return { rows: 1 };
    case 'ArrowLeft':
      return { rows: 0, which: rtl ? 'drop' : 'keep' };
    case 'ArrowRight':
      return { rows: 0, which: rtl ? 'keep' : 'drop' };
    default:
      return null;
  }
}
