/** Colour and logo as people enter them. */

export const SWATCHES = [
  { hex: '#2f5bea', name: 'blue' },
  { hex: '#0f766e', name: 'teal' },
  { hex: '#0e8a4f', name: 'green' },
  { hex: '#f2b705', name: 'amber' },
  { hex: '#e2571c', name: 'orange' },
  { hex: '#c2273a', name: 'red' },
  { hex: '#b8327d', name: 'magenta' },
  { hex: '#6d3be0', name: 'violet' },
  { hex: '#1f2937', name: 'graphite' },
] as const;

/** `#abc`, `abc`, `AABBCC` → `#aabbcc`; anything else is null. */
export function normaliseHex(text: string): string | null {
  const m = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (!m) return null;
  const hex = (m[1] as string).toLowerCase();
  return `#${hex.length === 3 ? [...hex].map((ch) => ch + ch).join('') : hex}`;
}

export const LOGO_LIMIT = 256 * 1024;
export const LOGO_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/svg+xml'];
export type LogoProblem = 'type' | 'size' | 'read';

export function logoProblem(file: { type: string; size: number }): LogoProblem | null {
  if (!LOGO_TYPES.includes(file.type)) return 'type';
  return file.size > LOGO_LIMIT ? 'size' : null;
}

/** The picture as a data URL, only if a browser can really show it. */
export async function readLogo(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  await new Promise<void>((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve();
    image.onerror = () => reject(new Error('not an image'));
    image.src = url;
  });
  return url;
}
