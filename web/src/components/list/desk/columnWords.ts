/** A column's id must be a word that CSS takes: the server's `custom.level` is `cf-level` here. */
export const CUSTOM_COLUMN = 'cf-';
export const toWord = (id: string): string =>
  id.startsWith(CUSTOM_COLUMN) ? `custom.${id.slice(CUSTOM_COLUMN.length)}` : id;
export const toId = (word: string): string =>
  word.startsWith('custom.') ? `${CUSTOM_COLUMN}${word.slice('custom.'.length)}` : word;
