/** IP addresses and networks as people type them. */

type Address = { bits: bigint; width: 32 | 128 };

export function parseAddress(text: string): Address | null {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Address | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) < 256)) return null;
  return { bits: parts.reduce((n, p) => (n << 8n) | BigInt(p), 0n), width: 32 };
}

function parseV6(text: string): Address | null {
  const halves = text.toLowerCase().split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map(groups);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = [...head, ...Array<number>(missing).fill(0), ...tail];
  return { bits: all.reduce((n, g) => (n << 16n) | BigInt(g), 0n), width: 128 };
}

/** The 16-bit groups of one side of `::`; an IPv4 tail stands for two of them. */
function groups(text: string): number[] | null {
  if (!text) return [];
  const out: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = i === parts.length - 1 ? parseV4(part) : null;
      if (!v4) return null;
      out.push(Number(v4.bits >> 16n), Number(v4.bits & 0xffffn));
    } else if (/^[0-9a-f]{1,4}$/.test(part)) out.push(Number.parseInt(part, 16));
    else return null;
  }
  return out;
}

type Network = Address & { length: number };
export function parseNetwork(text: string): Network | null {
  const [address = '', length, more] = text.split('/');
  const parsed = parseAddress(address);
  if (!parsed || more !== undefined) return null;
  if (length === undefined) return { ...parsed, length: parsed.width };
  return /^\d{1,3}$/.test(length) && Number(length) <= parsed.width
    ? { ...parsed, length: Number(length) }
    : null;
}

/** `::ffff:192.0.2.1` is the IPv4 address it carries. */
const plain = (a: Address): Address =>
  a.width === 128 && a.bits >> 32n === 0xffffn ? { bits: a.bits & 0xffffffffn, width: 32 } : a;

export function contains(network: string, address: string): boolean {
  const net = parseNetwork(network);
  const one = parseAddress(address);
  if (!net || !one) return false;
  const a = plain(one);
  if (a.width !== net.width) return false;
  const rest = BigInt(net.width - net.length);
  return a.bits >> rest === net.bits >> rest;
}

export const linesOf = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter(Boolean);

export const badLines = (lines: readonly string[]): string[] => lines.filter((line) => !parseNetwork(line));

/** An empty list lets everybody in. */
export const lockedOut = (lines: readonly string[], address: string | null | undefined): boolean =>
  Boolean(address) && lines.length > 0 && !lines.some((line) => contains(line, address as string));
