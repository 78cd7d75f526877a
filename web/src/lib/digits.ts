/** Arabic-Indic and Persian digits are typed as naturally as others; the server reads western ones. */
export const westernDigits = (text: string): string =>
  text
    .replace(/[٠-٩]/g, (d) => String(d.charCodeAt(0) - 0x0660))
    .replace(/[۰-۹]/g, (d) => String(d.charCodeAt(0) - 0x06f0));

/** Something that can be a phone number, however it is grouped. */
export function isPhone(text: string): boolean {
  const digits = westernDigits(text).replace(/\D/g, '');
  return digits.length >= 6 && digits.length <= 15;
}
