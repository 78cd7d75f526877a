import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { asGreys, neutralTokens } from './neutral';
import { contrast, legible, ramp } from './oklch';

export type Neutral = 'cool' | 'warm' | 'pure';
export type Branding = {
  name: string;
  primary: string;
  logo_light: string | null;
  logo_dark: string | null;
  mark: string | null;
  favicon: string | null;
  radius: number;
  font: string;
  neutral: Neutral;
  locale: string;
  modules: string[];
};

export const DEFAULT_BRANDING: Branding = {
  name: 'Brokerdesk',
  primary: '#2f5bea',
  logo_light: null,
  logo_dark: null,
  mark: null,
  favicon: null,
  radius: 8,
  font: 'inter',
  neutral: 'cool',
  locale: 'en',
  modules: [],
};

const HEX = /^#[0-9a-f]{6}$/i;
const GREY: Record<Neutral, string> = { cool: '#64708a', warm: '#7a7068', pure: '#707070' };
const FONTS: Record<string, string> = {
  inter: "'Inter Variable', 'Noto Sans Arabic Variable', system-ui, sans-serif",
  system: "system-ui, 'Noto Sans Arabic Variable', sans-serif",
};
const INTER = FONTS.inter as string;
/** The families that the server lets a company choose. */
export const FONT_KEYS = ['inter'];
export const fontFamily = (font: string): string => FONTS[font] ?? INTER;

/** Completes what the server sent: an unknown or broken value falls back to the default, never breaks the page. */
export function brandingFrom(input: unknown): Branding {
  const b = (input && typeof input === 'object' ? input : {}) as Partial<Record<keyof Branding, unknown>>;
  const text = (v: unknown) => (typeof v === 'string' && v.trim() ? v : null);
  const primary = text(b.primary);
  const radius = Number(b.radius);
  return {
    name: text(b.name) ?? DEFAULT_BRANDING.name,
    primary: primary && HEX.test(primary) ? primary.toLowerCase() : DEFAULT_BRANDING.primary,
    logo_light: text(b.logo_light),
    logo_dark: text(b.logo_dark),
    mark: text(b.mark),
    favicon: text(b.favicon),
    radius:
      b.radius != null && Number.isFinite(radius)
        ? Math.min(12, Math.max(0, radius))
        : DEFAULT_BRANDING.radius,
    font: text(b.font) ?? DEFAULT_BRANDING.font,
    neutral: b.neutral === 'warm' || b.neutral === 'pure' ? b.neutral : 'cool',
    locale: text(b.locale) ?? DEFAULT_BRANDING.locale,
    modules: Array.isArray(b.modules) ? b.modules.filter((m): m is string => typeof m === 'string') : [],
  };
}

/** Branding the server wrote into the page, or null when the page came without it. */
export function inlinedBranding(doc: Document = document): Branding | null {
  try {
    const value: unknown = JSON.parse(doc.getElementById('branding')?.textContent ?? 'null');
    return value ? brandingFrom(value) : null;
  } catch {
    return null;
  }
}

/** A dialog's title row is a header element: it must not count as a second page banner. */
const PLAIN_HEADER = { header: { role: 'presentation' } };

/** The library's dark greys, in step with tokens.css: text, borders, inputs, body, from light to deep. */
const DARK = [
  '#eef0f4',
  '#aeb5c3',
  '#949cac',
  '#6b7385',
  '#343945',
  '#262a33',
  '#1b1e24',
  '#16181d',
  '#121419',
  '#0f1115',
];

const tuple = (colours: string[]) => colours as unknown as MantineColorsTuple;

/** White or near-black, whichever reads on the exact brand colour; middle tones need pure black for 4.5:1. */
export function onBrand(primary: string): string {
  const white = contrast(primary, '#ffffff');
  if (white >= 4.5) return '#ffffff';
  return contrast(primary, '#111318') >= 4.5 ? '#111318' : '#000000';
}

export function themeFromBranding(b: Branding) {
  const r = b.radius;
  return createTheme({
    primaryColor: 'brand',
    primaryShade: { light: 6, dark: 6 },
    autoContrast: true,
    colors: { brand: tuple(ramp(b.primary)), gray: tuple(ramp(GREY[b.neutral])), dark: tuple(DARK) },
    fontFamily: fontFamily(b.font),
    headings: { fontFamily: fontFamily(b.font), fontWeight: '600' },
    fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
    lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
    spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
    radius: {
      xs: `${r * 0.5}px`,
      sm: `${r * 0.75}px`,
      md: `${r}px`,
      lg: `${r * 1.5}px`,
      xl: `${r * 2}px`,
    },
    defaultRadius: 'sm',
    cursorType: 'pointer',
    respectReducedMotion: true,
    components: {
      Button: { defaultProps: { size: 'xs', fw: 550 } },
      ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
      // help stands below its field, where the eye goes after it
      InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
      TextInput: { defaultProps: { size: 'sm' } },
      PasswordInput: { defaultProps: { size: 'sm' } },
      Textarea: { defaultProps: { size: 'sm' } },
      Select: {
        defaultProps: { size: 'sm', comboboxProps: { shadow: 'md', transitionProps: { duration: 120 } } },
      },
      Tooltip: {
        defaultProps: {
          openDelay: 350,
          withArrow: false,
          fz: 12,
          withinPortal: false,
          floatingStrategy: 'fixed',
        },
      },
      Menu: {
        defaultProps: {
          shadow: 'md',
          withinPortal: true,
          withInitialFocusPlaceholder: false,
          transitionProps: { duration: 120 },
        },
      },
      Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 120 } } },
      Modal: {
        defaultProps: {
          radius: 'lg',
          overlayProps: { backgroundOpacity: 0.35 },
          centered: true,
          attributes: PLAIN_HEADER,
        },
      },
      Drawer: {
        defaultProps: {
          position: 'right',
          attributes: PLAIN_HEADER,
          overlayProps: { backgroundOpacity: 0.3 },
          transitionProps: { duration: 160 },
        },
      },
    },
  });
}

/** Brand tokens beside the fixed ones of tokens.css. */
export const brandVariables =
  (b: Branding): CSSVariablesResolver =>
  () => {
    const on = onBrand(b.primary);
    // a pressed or hovered fill moves away from its text, so the text stays readable on every brand
    const hover = `color-mix(in oklab, ${b.primary} 88%, ${on === '#ffffff' ? '#000000' : '#ffffff'})`;
    const filledHover = {
      '--mantine-color-brand-filled-hover': hover,
      '--mantine-primary-color-filled-hover': hover,
    };
    const shades = ramp(b.primary);
    const greys = neutralTokens(b.neutral);
    const light = legible(b.primary, '#eef0f4', 5);
    const dark = legible(b.primary, '#262a33', 5.2);
    return {
      variables: {
        '--brand': b.primary,
        '--on-brand': on,
        '--mantine-primary-color-contrast': on,
        '--r': `${b.radius}px`,
        '--r-control': `${b.radius * 0.75}px`,
        '--r-dialog': `${b.radius * 1.5}px`,
        '--font-mono': 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
      },
      light: {
        ...asGreys(greys.light),
        ...filledHover,
        '--brand-text': light,
        '--brand-soft': shades[0] as string,
        '--brand-soft-2': shades[1] as string,
        '--mantine-color-anchor': light,
      },
      dark: {
        ...asGreys(greys.dark),
        ...filledHover,
        '--brand-text': dark,
        '--brand-soft': `color-mix(in oklab, ${b.primary} 16%, #16181d)`,
        '--brand-soft-2': `color-mix(in oklab, ${b.primary} 28%, #16181d)`,
        '--mantine-color-anchor': dark,
      },
    };
  };

/** The tenant's favicon, or its initial on the brand colour. */
export function faviconFor(b: Branding): string {
  if (b.favicon) return b.favicon;
  const letter = (b.mark && b.mark.length <= 2 ? b.mark : b.name.slice(0, 1)).toUpperCase();
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${b.primary}"/><text x="16" y="22" font-family="system-ui,sans-serif" font-size="18" font-weight="700" text-anchor="middle" fill="${onBrand(b.primary)}">${letter.replace(/[<&>]/g, '')}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
