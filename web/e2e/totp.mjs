// The six digits an authenticator app would show.
import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP = 30_000;

function decode(secret) {
  const bits = [...secret.replace(/[\s=]/g, '').toUpperCase()]
    .map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

export function codeAt(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', decode(secret)).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/**
 * An app of one's own: no code twice, as the server demands. A clock one step behind or ahead is allowed, so it begins
 * with the step before, if that does not end on the way, and rarely waits.
 */
export function authenticator(secret) {
  let last = 0;
  const now = () => Math.floor(Date.now() / STEP);
  return {
    async code() {
      const behind = Date.now() % STEP < STEP - 5_000 ? 1 : 0;
      const step = Math.max(now() - behind, last + 1);
      while (step > now() + 1) await new Promise((r) => setTimeout(r, 250));
      last = step;
      return codeAt(secret, step);
    },
    /** Six digits that are certainly not right now. */
    wrong() {
      const right = new Set([-2, -1, 0, 1, 2].map((d) => codeAt(secret, now() + d)));
      return ['000000', '111111', '222222', '333333', '444444', '555555'].find((c) => !right.has(c));
    },
  };
}
