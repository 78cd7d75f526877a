/** What the server takes; it counts bytes. */
export const SHORTEST = 16;
export const LONGEST = 1000;
/** The most secrets at once. */
export const MOST = 5;

// 64 letters, so that each takes six bits of a random byte and none is likelier than another
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const LENGTH = 48;

/** A secret that nobody can guess: 288 random bits that survive every shell and environment file. */
export const makeSecret = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(LENGTH)), (byte) => LETTERS[byte & 63]).join('');

export type SecretProblem = 'needSecret' | 'shortSecret' | 'longSecret';
export function secretProblem(secret: string): SecretProblem | null {
  if (!secret) return 'needSecret';
  const bytes = new TextEncoder().encode(secret).length;
  if (bytes < SHORTEST) return 'shortSecret';
  return bytes > LONGEST ? 'longSecret' : null;
}
/** The console reads its secret from a file or a form: a space that came along would make another secret of it. */
export const hasEdges = (secret: string): boolean => secret !== secret.trim();

export type IdProblem = 'needId' | 'badId' | 'idTaken';
export function idProblem(id: string, taken: readonly string[]): IdProblem | null {
  if (!id) return 'needId';
  if (!/^[A-Za-z0-9._-]{1,40}$/.test(id)) return 'badId';
  return taken.includes(id) ? 'idTaken' : null;
}

/** A name that tells the age of a secret: what counts when secrets are exchanged. */
export function freshId(taken: readonly string[], now = new Date()): string {
  const day = `console-${now.toISOString().slice(0, 10)}`;
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? day : `${day}.${n}`;
    if (!taken.includes(id)) return id;
  }
}
