import type { Known, Widget } from './types';

/** A widget moved to the place of another. */
export function movedTo(widgets: readonly Widget[], key: string, to: number): Widget[] {
  const from = widgets.findIndex((w) => w.key === key);
  if (from < 0 || to < 0 || to >= widgets.length) return [...widgets];
  const out = [...widgets];
  out.splice(to, 0, ...out.splice(from, 1));
  return out;
}

export const without = (widgets: readonly Widget[], key: string): Widget[] =>
  widgets.filter((w) => w.key !== key);

/** A widget at the end, in its usual size; once only. */
export function withWidget(widgets: readonly Widget[], known: Known): Widget[] {
  const size = known.sizes[0];
  if (!size || widgets.some((w) => w.key === known.key)) return [...widgets];
  return [...widgets, { key: known.key, size }];
}

/** The next of the sizes that a widget can have. */
export function resized(widgets: readonly Widget[], known: Known): Widget[] {
  return widgets.map((w) => {
    if (w.key !== known.key) return w;
    const at = known.sizes.indexOf(w.size);
    return { key: w.key, size: known.sizes[(at + 1) % known.sizes.length] ?? w.size };
  });
}

export const absent = (widgets: readonly Widget[], available: readonly Known[]): Known[] =>
  available.filter((k) => !widgets.some((w) => w.key === k.key));
