/** Text as it is looked for, the same form as the server's: without accents, case and Arabic spelling variants. */
const MARKS = /[\u0300-\u036f\u0640\u064b-\u065f\u0670]/g;
const PLAIN: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ς: 'σ',
  '\u0649': '\u064a',
  '\u06cc': '\u064a',
  '\u0629': '\u0647',
  '\u0671': '\u0627',
  '\u06a9': '\u0643',
};

export function fold(text: string): string {
  let out = '';
  for (const c of text.normalize('NFKD').replace(MARKS, '').toLowerCase()) out += PLAIN[c] ?? c;
  return out;
}

export const foldedWords = (text: string): string[] => fold(text).split(/\s+/).filter(Boolean).slice(0, 6);

/** Whether every word occurs. */
export const hasWords = (text: string, words: readonly string[]): boolean => {
  const folded = fold(text);
  return words.every((w) => folded.includes(w));
};

export type Piece = { text: string; hit: boolean };

/** A text in pieces, those that a word was found in marked. Each word is marked where it begins a word, or else where it first occurs. */
export function highlights(text: string, words: readonly string[]): Piece[] {
  const letters = [...text];
  let folded = '';
  /** Which letter of the text each letter of the folded text comes from. */
  const from: number[] = [];
  letters.forEach((letter, i) => {
    const plain = fold(letter);
    folded += plain;
    for (let n = 0; n < plain.length; n++) from.push(i);
  });
  const marked = new Set<number>();
  for (const word of words) {
    const at = placeOf(folded, word);
    for (let n = at; at >= 0 && n < at + word.length; n++) {
      const letter = from[n];
      if (letter !== undefined) marked.add(letter);
    }
  }
  const pieces: Piece[] = [];
  letters.forEach((letter, i) => {
    // an accent of its own belongs to the letter before it
    const hit = marked.has(i) || (fold(letter) === '' && marked.has(i - 1));
    const last = pieces.at(-1);
    if (last && last.hit === hit) last.text += letter;
    else pieces.push({ text: letter, hit });
  });
  return pieces;
}

function placeOf(folded: string, word: string): number {
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(folded.charAt(at - 1))) return at;
  return folded.indexOf(word);
}
