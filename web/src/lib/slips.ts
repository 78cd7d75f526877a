import { fold } from './fold';

/** How many slips of the finger a word of this length may have: in a short one a slip is another word. */
const allowed = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2);

/**
 * The fewest letters that were added, left out, mistaken or swapped with their neighbour to come from `typed` to the
 * beginning of `word`: whoever types is not done yet.
 */
export function slips(typed: string, word: string): number {
  const [a, b] = [[...typed], [...word]];
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return Math.min(...last);
}

/** Whether a text has every word, a few slips forgiven. The words are folded already. */
export function nearlyHas(text: string, words: readonly string[]): boolean {
  const folded = fold(text);
  const parts = folded.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words.every(
    (typed) =>
      folded.includes(typed) ||
      parts.some((part) => begins(typed, part) && slips(typed, part) <= allowed(typed.length)),
  );
}

/** A first letter is hardly ever mistaken, at most swapped with the second; without this a slip finds anything. */
const begins = (typed: string, part: string): boolean =>
  typed[0] === part[0] || (typed[0] === part[1] && typed[1] === part[0]);
