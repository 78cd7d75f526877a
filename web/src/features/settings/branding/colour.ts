import { onBrand } from '@/theme/branding';
import { contrast } from '@/theme/oklch';

const SURFACE = { light: '#ffffff', dark: '#16181d' } as const;
/** Below this, a shape in the colour is hard to tell from its surface (WCAG 1.4.11). */
const SHAPE = 3;

export type ColourNotes = {
  ratio: { light: number; dark: number };
  /** Schemes on whose surface the bare colour is weak. */
  weak: ('light' | 'dark')[];
  /** What text on the colour has to be. */
  onText: 'white' | 'dark';
};

export function colourNotes(primary: string): ColourNotes {
  const ratio = { light: contrast(primary, SURFACE.light), dark: contrast(primary, SURFACE.dark) };
  return {
    ratio,
    weak: (['light', 'dark'] as const).filter((scheme) => ratio[scheme] < SHAPE),
    onText: onBrand(primary) === '#ffffff' ? 'white' : 'dark',
  };
}
