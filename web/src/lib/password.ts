/** An honest, small estimate of a new password's strength. The server has the last word. */

export const PASSWORD_MIN = 10;
export type Strength = 0 | 1 | 2 | 3 | 4;
export type StrengthHint = 'short' | 'common' | 'personal' | 'repeats' | 'longer' | 'good' | 'great';

const COMMON = [
  'password',
  'passw0rd',
  'qwerty',
  'azerty',
  'letmein',
  'welcome',
  'admin',
  'iloveyou',
  'monkey',
  'dragon',
  'football',
  'abc123',
  '123456',
  '111111',
  'changeme',
  'secret',
  'trader',
  'forex',
];

const plain = (s: string) => s.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');

/** Characters that carry information: runs (`aaa`) and sequences (`abcd`, `4321`) count little. */
function effectiveLength(password: string): number {
  let length = 0;
  let previous = Number.NaN;
  let step = Number.NaN;
  for (const ch of password) {
    const code = ch.codePointAt(0) as number;
    const move = code - previous;
    length += Math.abs(move) <= 1 && move === step ? 0.25 : 1;
    step = move;
    previous = code;
  }
  return length;
}

function alphabet(password: string): number {
  let size = 0;
  if (/[a-z]/.test(password)) size += 26;
  if (/[A-Z]/.test(password)) size += 26;
  if (/[0-9]/.test(password)) size += 10;
  if (/[^a-zA-Z0-9\s]/.test(password)) size += 24;
  if (/\s/.test(password)) size += 4;
  if (/[^\p{ASCII}]/u.test(password)) size += 40;
  return Math.max(size, 2);
}

export function passwordStrength(
  password: string,
  personal: readonly string[] = [],
): { score: Strength; hint: StrengthHint } {
  if ([...password].length < PASSWORD_MIN) return { score: password ? 1 : 0, hint: 'short' };
  let rest = plain(password);
  const words = personal.flatMap((p) => plain(p).split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length >= 4);
  const own = words.some((word) => rest.includes(word));
  for (const word of words) rest = rest.replaceAll(word, '*');
  const known = COMMON.some((word) => rest.includes(word));
  for (const word of COMMON) rest = rest.replaceAll(word, '*');
  const length = effectiveLength(rest);
  const bits = length * Math.log2(alphabet(password));
  const hint = (fallback: StrengthHint): StrengthHint =>
    own ? 'personal' : known ? 'common' : length < rest.length * 0.7 ? 'repeats' : fallback;
  if (bits < 36) return { score: 1, hint: hint('longer') };
  if (bits < 56) return { score: 2, hint: hint('longer') };
  if (bits < 76) return { score: 3, hint: 'good' };
  return { score: 4, hint: 'great' };
}
