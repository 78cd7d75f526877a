import { describe, expect, it } from 'vitest';
import {
  brandingFrom,
  brandVariables,
  DEFAULT_BRANDING,
  faviconFor,
  inlinedBranding,
  onBrand,
} from './branding';
import { contrast, fromOklch, ramp, toOklch } from './oklch';

const EXTREMES = ['#ffffff', '#000000', '#ffff00', '#2f5bea', '#ff0000', '#0e8a6a'];

describe('brand colours', () => {
  it.each(EXTREMES)('%s stays readable in both schemes', (primary) => {
    expect(contrast(primary, onBrand(primary))).toBeGreaterThanOrEqual(4.5);
    const vars = brandVariables({ ...DEFAULT_BRANDING, primary })({} as never);
    expect(contrast(String(vars.light['--brand-text']), '#ffffff')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(String(vars.light['--brand-text']), '#eceef3')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(String(vars.dark['--brand-text']), '#16181d')).toBeGreaterThanOrEqual(4.5);
  });
  it('keeps the exact brand hex in the ramp and makes ten steps', () => {
    const steps = ramp('#2F5BEA');
    expect(steps).toHaveLength(10);
    expect(steps[6]).toBe('#2f5bea');
  });
  it('converts to OKLCH and back', () => {
    for (const hex of ['#2f5bea', '#c2273a', '#3ecf8e']) expect(fromOklch(toOklch(hex))).toBe(hex);
  });
});

describe('brandingFrom', () => {
  it('falls back for anything missing or broken', () => {
    expect(brandingFrom(null)).toEqual(DEFAULT_BRANDING);
    expect(brandingFrom({ primary: 'javascript:1', radius: 'x', neutral: 'loud' })).toEqual(DEFAULT_BRANDING);
  });
  it('keeps what is good and limits the radius', () => {
    const b = brandingFrom({ name: 'Ember FX', primary: '#F2B705', radius: 40, modules: ['clients', 3] });
    expect(b).toMatchObject({ name: 'Ember FX', primary: '#f2b705', radius: 12, modules: ['clients'] });
    expect(brandingFrom({ radius: 0 }).radius).toBe(0);
  });
  it('reads what the server wrote into the page', () => {
    const doc = new DOMParser().parseFromString(
      '<script type="application/json" id="branding">{"name":"Al Noor"}</script>',
      'text/html',
    );
    expect(inlinedBranding(doc)?.name).toBe('Al Noor');
    expect(inlinedBranding(new DOMParser().parseFromString('<p/>', 'text/html'))).toBeNull();
  });
  it('draws a favicon when there is none', () => {
    expect(decodeURIComponent(faviconFor({ ...DEFAULT_BRANDING, name: '<x' }))).not.toContain('><x');
  });
});
