/** Dates of follow-ups as people speak of them. All in the time zone of the person at the screen. */
export type Due = 'overdue' | 'today' | 'tomorrow' | 'later';
const MORNING = 9;

const midnight = (of: Date, plus = 0): Date => new Date(of.getFullYear(), of.getMonth(), of.getDate() + plus);

export function dueOf(at: string, now = new Date()): Due {
  const when = new Date(at);
  if (when < now) return 'overdue';
  if (when < midnight(now, 1)) return 'today';
  return when < midnight(now, 2) ? 'tomorrow' : 'later';
}

export const QUICK = ['today', 'tomorrow', 'week'] as const;
/** Today: in two hours, at the full hour, and never tomorrow. Next week: its Monday. */
export function quickDate(word: (typeof QUICK)[number], now = new Date()): Date {
  const morning = (plus: number) => {
    const day = midnight(now, plus);
    day.setHours(MORNING);
    return day;
  };
  if (word === 'tomorrow') return morning(1);
  if (word === 'week') return morning(((8 - now.getDay()) % 7) + (now.getDay() === 1 ? 7 : 0) || 7);
  const soon = new Date(now);
  soon.setHours(now.getHours() + 2, 0, 0, 0);
  const late = midnight(now, 1);
  late.setMinutes(-1);
  return soon < late ? soon : late;
}

const two = (n: number) => String(n).padStart(2, '0');
/** `2026-12-01T09:00`, as the browser's own field for date and time wants it. */
export const toField = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
export function fromField(text: string): Date | null {
  const at = new Date(text);
  return text && !Number.isNaN(at.getTime()) ? at : null;
}
