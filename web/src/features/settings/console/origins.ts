export const MOST_ORIGINS = 20;

/** As the server keeps it: no case, no slash at the end. */
export const originOf = (text: string): string => text.trim().replace(/\/+$/, '').toLowerCase();

export const originsOf = (texts: readonly string[]): string[] => [
  ...new Set(texts.map(originOf).filter(Boolean)),
];

/** Scheme, host and perhaps a port: a browser sends nothing else, so nothing else would ever match. */
export function isOrigin(text: string): boolean {
  const host = /^https?:\/\/([a-z0-9.:[\]-]{1,260})$/.exec(text)?.[1];
  if (!host) return false;
  try {
    // a browser leaves out a port that goes without saying
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}

export type OriginsProblem = { key: 'badOrigin'; origin: string } | { key: 'manyOrigins' };
export function originsProblem(origins: readonly string[]): OriginsProblem | null {
  const bad = origins.find((o) => !isOrigin(o));
  if (bad !== undefined) return { key: 'badOrigin', origin: bad };
  return origins.length > MOST_ORIGINS ? { key: 'manyOrigins' } : null;
}

/** Goes through the net readable for anybody on the way. */
export const isOpen = (origin: string): boolean =>
  origin.startsWith('http://') && !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
