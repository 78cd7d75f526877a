import { hasher, zeroBits } from './sha256';

/** What the server asks for: a number with which the hash begins with so many zero bits. */
export type Task = { challenge: string; salt: string; difficulty: number };
export type Report = { tried: number } | { nonce: string };

/** Looks in steps, so that whoever runs it can say how far it is. */
export function* search(task: Task, step = 20_000): Generator<number, string> {
  const hash = hasher(`${task.challenge}.${task.salt}.`);
  for (let n = 0; ; n += 1) {
    const nonce = String(n);
    if (zeroBits(hash(nonce)) >= task.difficulty) return nonce;
    if (n % step === step - 1) yield n + 1;
  }
}

/** How likely it is that the number would have been found by now: a progress that never stands still. */
export const progress = (tried: number, difficulty: number): number => 1 - Math.exp(-tried / 2 ** difficulty);
