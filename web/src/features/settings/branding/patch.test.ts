import { expect, it } from 'vitest';
import { DEFAULT_BRANDING } from '@/theme/branding';
import { colourNotes } from './colour';
import { patchOf } from './types';

it('sends only what differs', () => {
  const before = { ...DEFAULT_BRANDING, logo_light: '/media/logo.svg' };
  expect(patchOf(before, before)).toEqual({});
  expect(patchOf(before, { ...before, name: ' Brokerdesk ' })).toEqual({});
  expect(patchOf(before, { ...before, primary: '#112233', logo_light: null })).toEqual({
    primary: '#112233',
    logo_light: null,
  });
});

it('warns of colours that need help to be read', () => {
  expect(colourNotes('#2f5bea').weak).toEqual([]);
  expect(colourNotes('#ffe94d').weak).toEqual(['light']);
  expect(colourNotes('#0b1020').weak).toEqual(['dark']);
  expect(colourNotes('#ffe94d').onText).toBe('dark');
});
