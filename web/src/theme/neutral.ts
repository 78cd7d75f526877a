import { fromOklch, toOklch } from './oklch';

/** The greys of tokens.css, which are cool ones. A warm or pure choice keeps their lightness and changes the tint. */
const GREYS = {
  light: {
    '--bg': '#f7f8fa',
    '--sunken': '#f3f4f7',
    '--hover': '#f4f5f8',
    '--active': '#eceef3',
    '--line': '#e6e8ee',
    '--line-strong': '#d5d9e2',
    '--text': '#14171f',
    '--text-2': '#525a6b',
    '--text-3': '#636b7e',
  },
  dark: {
    '--bg': '#0f1115',
    '--surface': '#16181d',
    '--sunken': '#121419',
    '--hover': '#1d2027',
    '--active': '#262a33',
    '--line': '#262a33',
    '--line-strong': '#343945',
    '--text': '#eef0f4',
    '--text-2': '#aeb5c3',
    '--text-3': '#949cac',
  },
} as const;
const WARM_HUE = (65 * Math.PI) / 180;

type Tokens = Record<string, string>;

/** Tokens that replace the cool ones; none when they are to stay. */
export function neutralTokens(neutral: 'cool' | 'warm' | 'pure'): { light: Tokens; dark: Tokens } {
  const tint = (tokens: Tokens): Tokens =>
    neutral === 'cool'
      ? {}
      : Object.fromEntries(
          Object.entries(tokens).map(([name, hex]) => {
            const [l, chroma] = toOklch(hex);
            return [name, fromOklch([l, neutral === 'pure' ? 0 : chroma * 0.8, WARM_HUE])];
          }),
        );
  return { light: tint(GREYS.light), dark: tint(GREYS.dark) };
}

/** `--bg` → `--grey-bg`: what tokens.css takes instead of its own, wherever its rules stand in the page. */
export const asGreys = (tokens: Tokens): Tokens =>
  Object.fromEntries(Object.entries(tokens).map(([name, hex]) => [name.replace('--', '--grey-'), hex]));

/** The same for a part of a page that shows another scheme or company than the page: all of them, the cool ones too. */
export const allNeutralTokens = (neutral: 'cool' | 'warm' | 'pure', scheme: 'light' | 'dark'): Tokens => ({
  ...GREYS[scheme],
  ...neutralTokens(neutral)[scheme],
});
