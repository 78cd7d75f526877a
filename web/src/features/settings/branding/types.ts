import type { BrandingPatch } from '@/api/types';
import type { Branding } from '@/theme/branding';

export type Picture = 'logo_light' | 'logo_dark' | 'mark' | 'favicon';

export const PICTURES: Picture[] = ['logo_light', 'logo_dark', 'mark', 'favicon'];
const EDITED = ['name', 'primary', 'radius', 'font', 'neutral', ...PICTURES] as const;

/** Only what differs. A picture is sent when it is a new one, null takes it away. */
export function patchOf(before: Branding, after: Branding): BrandingPatch {
  const out: Record<string, unknown> = {};
  for (const key of EDITED) if (after[key] !== before[key]) out[key] = after[key];
  if (typeof out.name === 'string') {
    out.name = out.name.trim();
    if (out.name === before.name) delete out.name;
  }
  return out as BrandingPatch;
}
