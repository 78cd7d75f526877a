export const PASSWORD_MIN = 12;

/** 0 empty, 1 too weak, 2 fair, 3 good, 4 strong. Length counts most; the server has the last word. */
export function passwordScore(value: string): 0 | 1 | 2 | 3 | 4 {
  if (!value) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((r) => r.test(value)).length;
  const distinct = new Set(value.toLowerCase()).size;
  if (value.length < PASSWORD_MIN || distinct < 5) return 1;
  const points = kinds + (value.length >= 16 ? 1 : 0) + (value.length >= 20 ? 1 : 0);
  if (points <= 2) return 2;
  return points === 3 ? 3 : 4;
}
