/** The list with one entry taken from one place to another. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const out = [...list];
  const [item] = out.splice(from, 1);
  if (item !== undefined) out.splice(to, 0, item);
  return out;
}

/** Things in the order of their keys; what the order does not name stays behind. */
export function inOrder<T>(items: readonly T[], keyOf: (item: T) => string, keys: readonly string[]): T[] {
  const place = new Map(keys.map((key, i) => [key, i]));
  return [...items].sort(
    (a, b) => (place.get(keyOf(a)) ?? keys.length) - (place.get(keyOf(b)) ?? keys.length),
  );
}
