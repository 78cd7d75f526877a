export const DIGITS = 6;
const GROUPS = 4;
const SIZE = 4;

/** Arabic and Persian keyboards write their own figures; an authenticator shows the same six in either. */
const western = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (d) => String((d.codePointAt(0) ?? 0) & 0xf));

/** What was typed or pasted, as the six digits it means. */
export const digitsOf = (text: string): string => western(text).replace(/\D/g, '').slice(0, DIGITS);
export const isCode = (text: string): boolean => digitsOf(text).length === DIGITS;

/** A recovery code the way it was handed out, however it was copied: `ab12-cd34-ef56-gh78`. */
export function recoveryOf(text: string): string {
  const plain = western(text)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, GROUPS * SIZE);
  return (plain.match(new RegExp(`.{1,${SIZE}}`, 'g')) ?? []).join('-');
}
export const isRecovery = (text: string): boolean => recoveryOf(text).length === GROUPS * SIZE + GROUPS - 1;
