import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { hasher, zeroBits } from './sha256';
import { progress, search } from './work';

const hex = (words: Uint32Array) => [...words].map((w) => w.toString(16).padStart(8, '0')).join('');
const known = (text: string) => createHash('sha256').update(text).digest('hex');

it('hashes as everybody else does, whatever the lengths', () => {
  for (const head of [0, 1, 54, 55, 56, 63, 64, 65, 66, 83, 119, 120, 127, 128, 130])
    for (const tail of [0, 1, 7, 20]) {
      const [a, b] = ['x'.repeat(head), '7'.repeat(tail)];
      expect(hex(hasher(a)(b)), `${head}+${tail}`).toBe(known(a + b));
    }
  const again = hasher('a');
  again('first');
  expect(hex(again('bc'))).toBe(known('abc'));
});

it('counts zero bits over words', () => {
  expect(zeroBits(new Uint32Array([0x80000000, 0]))).toBe(0);
  expect(zeroBits(new Uint32Array([0, 0x00800000]))).toBe(40);
});

it('finds the first number that fits', () => {
  const task = { challenge: 'c'.repeat(32), salt: 's'.repeat(32), difficulty: 10 };
  const steps = search(task, 100);
  let next = steps.next();
  while (!next.done) next = steps.next();
  const nonce = next.value;
  const fits = (n: number) =>
    Number.parseInt(known(`${task.challenge}.${task.salt}.${n}`).slice(0, 8), 16) >>> 22 === 0;
  expect(fits(Number(nonce))).toBe(true);
  for (let n = 0; n < Number(nonce); n += 1) expect(fits(n)).toBe(false);
});

it('shows a progress that grows and never ends before the work does', () => {
  expect(progress(0, 16)).toBe(0);
  expect(progress(2 ** 16, 16)).toBeCloseTo(0.63, 2);
  expect(progress(2 ** 20, 16)).toBeLessThan(1.0000001);
});
