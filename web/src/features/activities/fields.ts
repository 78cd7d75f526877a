import { instantOf, wallOf } from '@/lib/zone';

const two = (n: number) => String(n).padStart(2, '0');
export const timeField = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
export const minutesOf = (time: string): number => {
  const [h = 0, m = 0] = time.split(':').map(Number);
  return h * 60 + m;
};

/** `2026-12-01T09:00`, as the browser's field wants it, by the clock of the zone. */
export function localField(at: Date | string, zone: string): string {
  const { day, minutes } = wallOf(at, zone);
  return `${day}T${timeField(minutes)}`;
}
/** The instant that was picked; null while nothing whole is. */
export function fromField(text: string, zone: string): string | null {
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(text);
  return found ? instantOf(found[1] as string, minutesOf(found[2] as string), zone).toISOString() : null;
}
