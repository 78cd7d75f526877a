const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A link for the company's own site. The page itself can't stand in a frame: a frame could be laid over. */
export const snippet = (url: string, text: string): string =>
  `<a href="${escaped(url)}" target="_blank" rel="noopener">${escaped(text)}</a>`;
