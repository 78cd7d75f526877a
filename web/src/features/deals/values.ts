/** "12 500,50" and "12,500.50" are both an amount; what travels is `12500.50`. */
export function plainAmount(text: string): string {
  const bare = text.replace(/[\s\u00a0'’]/g, '');
  const comma = bare.lastIndexOf(',');
  const dot = bare.lastIndexOf('.');
  if (comma < 0) return bare;
  // the last sign counts as the point, unless it can only part the thousands
  if (dot > comma) return bare.replaceAll(',', '');
  const decimals = bare.length - comma - 1;
  const point = dot >= 0 || (bare.indexOf(',') === comma && decimals !== 3);
  return point ? bare.replaceAll('.', '').replace(',', '.') : bare.replaceAll(',', '');
}

export const isAmount = (text: string): boolean => /^\d{1,15}(\.\d{1,4})?$/.test(plainAmount(text.trim()));

/** Whether a day is over, by the calendar of whoever looks. */
export function isPast(day: string, now = new Date()): boolean {
  const two = (n: number) => String(n).padStart(2, '0');
  return day.slice(0, 10) < `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Whole days as days: how long a card stands needs no hours beside them. */
export function standing(since: string, now = Date.now()): number {
  const seconds = Math.max(0, (now - Date.parse(since)) / 1000);
  return seconds >= 86_400 ? Math.floor(seconds / 86_400) * 86_400 : seconds;
}

/** The first and the last day of `2026-12`. */
export function daysOf(month: string): [string, string] {
  const [year = 0, of = 1] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, of, 0)).getUTCDate();
  return [`${month}-01`, `${month}-${last}`];
}
