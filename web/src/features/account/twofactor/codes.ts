type Owner = { company: string; email: string };

/** The file a person keeps: enough to know, years later, what these codes open. */
export function codesFile(
  codes: readonly string[],
  { company, email }: Owner,
  words: { title: string; note: string; day: string },
): string {
  return [words.title, `${company} · ${email}`, words.day, '', ...codes, '', words.note, ''].join('\r\n');
}

export const fileName = (company: string): string =>
  `${
    company
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '') || 'brokerdesk'
  }-recovery-codes.txt`;

export function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `JBSW Y3DP EHPK`: four at a time, for those who type it. */
export const spaced = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');
