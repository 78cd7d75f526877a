/** The sums of some columns over all lines. */
export function sums<T extends object, K extends keyof T>(
  lines: readonly T[],
  keys: readonly K[],
): Record<K, number> {
  const out = Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  for (const line of lines) for (const key of keys) out[key] += Number(line[key] ?? 0);
  return out;
}

/** A list under a filter, as a link. */
export function listPath(entity: 'clients' | 'leads', filter: Record<string, string | undefined>): string {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(filter)) if (value) out.set(key, value);
  const text = out.toString().replaceAll('%2C', ',');
  return `/${entity}${text ? `?${text}` : ''}`;
}

/** The statuses with which work goes on: what "active" and "open" count. */
export const openKeys = (statuses: readonly { key: string; closed: boolean }[]): string =>
  statuses
    .filter((s) => !s.closed)
    .map((s) => s.key)
    .join(',');
