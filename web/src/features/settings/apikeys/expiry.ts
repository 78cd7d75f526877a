export const EXPIRIES = ['30', '90', '365', 'never'] as const;
export type Expiry = (typeof EXPIRIES)[number];
const DAY = 86_400_000;

/** When a key made now ends; nothing for one that never does. */
export const expiresAt = (expiry: Expiry, now = Date.now()): string | undefined =>
  expiry === 'never' ? undefined : new Date(now + Number(expiry) * DAY).toISOString();

/** Ends within a week: whoever uses it should have the next one soon. */
export const endsSoon = (at: string | null | undefined, now = Date.now()): boolean =>
  Boolean(at) && Date.parse(at as string) - now < 7 * DAY;

/** Something that works when pasted into a terminal. */
export const curlExample = (origin: string, key = 'bdk_…'): string =>
  `curl "${origin}/api/clients?limit=5" \\\n  -H "Authorization: Bearer ${key}"`;
