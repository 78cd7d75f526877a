import { describe, expect, it } from 'vitest';
import { allNeutralTokens, neutralTokens } from './neutral';
import { contrast } from './oklch';

it('leaves the cool greys of the style sheet alone', () => {
  expect(neutralTokens('cool')).toEqual({ light: {}, dark: {} });
});
describe.each(['cool', 'warm', 'pure'] as const)('%s greys', (neutral) => {
  it('stay readable on every surface', () => {
    for (const scheme of ['light', 'dark'] as const) {
      const tokens = allNeutralTokens(neutral, scheme);
      const surfaces = ['--bg', '--sunken', '--hover', '--active'].map((k) => tokens[k] as string);
      for (const text of ['--text', '--text-2', '--text-3'])
        for (const surface of surfaces)
          expect(contrast(tokens[text] as string, surface)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
