import type { Person } from './types';

const STORED = /@\[([^\]\n]{1,200})\]\(([0-9a-fA-F-]{36})\)/g;

/** A stored text as it is edited: `@Anna Berg` in place of the mark, and who is meant by it. */
export function opened(content: string): { text: string; people: Person[] } {
  const people: Person[] = [];
  const text = content.replace(STORED, (_, name: string, id: string) => {
    if (!people.some((p) => p.id === id)) people.push({ id, name });
    return `@${name}`;
  });
  return { text, people };
}

/** The way back. A longer name goes first, so that "Anna" is not found in "Anna Berg". */
export function closed(text: string, people: readonly Person[]): string {
  if (!people.length) return text;
  const names = [...people].sort((a, b) => b.name.length - a.name.length);
  const quoted = names.map((p) => p.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found = new RegExp(`(?<![\\p{L}\\p{N}_@])@(${quoted.join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
  return text.replace(found, (whole, name: string) => {
    const person = names.find((p) => p.name === name);
    return person ? `@[${name.replace(/[[\]]/g, '')}](${person.id})` : whole;
  });
}

/** What is being typed after an @ just before the caret, and where it begins. */
export function asked(text: string, caret: number): { from: number; words: string } | null {
  const found = /(?:^|[\s(])@([\p{L}\p{N}_.'-]*(?: [\p{L}\p{N}_.'-]+)?)$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const words = found[1] ?? '';
  return { from: caret - words.length - 1, words };
}

export type Edit = { from: number; to: number; text: string; select: [number, number] };

/** A mark around what is chosen, or away from it. */
export function around(text: string, from: number, to: number, mark: string): Edit {
  const inner = text.slice(from, to);
  const n = mark.length;
  if (text.slice(from - n, from) === mark && text.slice(to, to + n) === mark)
    return { from: from - n, to: to + n, text: inner, select: [from - n, to - n] };
  return { from, to, text: `${mark}${inner}${mark}`, select: [from + n, to + n] };
}

/** A mark at the beginning of each chosen line, or away from them. */
export function lines(text: string, from: number, to: number, mark: (n: number) => string): Edit {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const end = text.indexOf('\n', to) < 0 ? text.length : text.indexOf('\n', to);
  const all = text.slice(start, end).split('\n');
  const has = all.every((l, i) => l.startsWith(mark(i)));
  const next = all.map((l, i) => (has ? l.slice(mark(i).length) : mark(i) + l)).join('\n');
  return { from: start, to: end, text: next, select: [start + next.length, start + next.length] };
}

export function link(text: string, from: number, to: number): Edit {
  const inner = text.slice(from, to);
  if (/^https?:\/\/\S+$/.test(inner)) return { from, to, text: `[](${inner})`, select: [from + 1, from + 1] };
  const at = from + inner.length + 3;
  return { from, to, text: `[${inner}](https://)`, select: [at, at + 8] };
}
