import { describe, expect, it } from 'vitest';
import { LOGO_LIMIT, logoProblem, normaliseHex, SWATCHES } from './brand';

describe('normaliseHex', () => {
  it.each([
    ['#2F5BEA', '#2f5bea'],
    ['2f5bea', '#2f5bea'],
    [' #abc ', '#aabbcc'],
    ['blue', null],
    ['#12345', null],
    ['', null],
  ])('%s is %s', (text, hex) => {
    expect(normaliseHex(text)).toBe(hex);
  });
  it('leaves every swatch as it is', () => {
    for (const { hex } of SWATCHES) expect(normaliseHex(hex)).toBe(hex);
  });
});

it('refuses other formats and big files', () => {
  expect(logoProblem({ type: 'image/png', size: LOGO_LIMIT })).toBeNull();
  expect(logoProblem({ type: 'image/svg+xml', size: 900 })).toBeNull();
  expect(logoProblem({ type: 'image/gif', size: 900 })).toBe('type');
  expect(logoProblem({ type: 'application/pdf', size: 900 })).toBe('type');
  expect(logoProblem({ type: 'image/jpeg', size: LOGO_LIMIT + 1 })).toBe('size');
});
