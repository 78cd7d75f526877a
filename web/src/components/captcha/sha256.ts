/**
 * SHA-256 of texts that share a beginning. The browser's own is asynchronous and exists in secure contexts only;
 * this one is fast enough for a million short texts a second, since the blocks of the beginning are hashed once.
 */
const K = new Uint32Array(64);
const START = new Uint32Array(8);
{
  // the fractional parts of square and cube roots of the first primes, as the standard derives them
  let found = 0;
  for (let n = 2; found < 64; n += 1) {
    let prime = true;
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    K[found] = fraction(Math.cbrt(n));
    found += 1;
  }
}
function fraction(x: number): number {
  return Math.floor((x - Math.floor(x)) * 0x1_0000_0000);
}

const W = new Uint32Array(64);

/** One block of 64 bytes, from `at`, into the state. */
function compress(state: Uint32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i += 1) {
    const p = at + i * 4;
    W[i] =
      ((bytes[p] as number) << 24) |
      ((bytes[p + 1] as number) << 16) |
      ((bytes[p + 2] as number) << 8) |
      (bytes[p + 3] as number);
  }
  for (let i = 16; i < 64; i += 1) {
    const x = W[i - 15] as number;
    const y = W[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = ((W[i - 16] as number) + s0 + (W[i - 7] as number) + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (W[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

/** Hashes `head` followed by whatever is given: ASCII only. */
export function hasher(head: string): (tail: string) => Uint32Array {
  const first = new TextEncoder().encode(head);
  const whole = first.length - (first.length % 64);
  const middle = START.slice();
  for (let at = 0; at < whole; at += 64) compress(middle, first, at);
  const rest = first.slice(whole);
  const state = new Uint32Array(8);
  const block = new Uint8Array(192);
  return (tail) => {
    const length = rest.length + tail.length;
    const size = length + 9 <= 64 ? 64 : length + 9 <= 128 ? 128 : 192;
    block.fill(0, 0, size);
    block.set(rest);
    for (let i = 0; i < tail.length; i += 1) block[rest.length + i] = tail.charCodeAt(i);
    block[length] = 0x80;
    const bits = (whole + length) * 8;
    block[size - 4] = bits >>> 24;
    block[size - 3] = bits >>> 16;
    block[size - 2] = bits >>> 8;
    block[size - 1] = bits;
    state.set(middle);
    for (let at = 0; at < size; at += 64) compress(state, block, at);
    return state;
  };
}

/** How many bits are zero before the first that is not. */
export function zeroBits(hash: Uint32Array): number {
  let bits = 0;
  for (const word of hash) {
    bits += Math.clz32(word);
    if (word !== 0) break;
  }
  return bits;
}
