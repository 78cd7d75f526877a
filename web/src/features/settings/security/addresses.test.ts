import { describe, expect, it } from 'vitest';
import { badLines, contains, linesOf, lockedOut, parseNetwork } from './addresses';

describe('networks', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32', '::1', '::ffff:10.0.0.1', 'fe80::1/128'])(
    '%s is one',
    (text) => {
      expect(parseNetwork(text)).not.toBeNull();
    },
  );
  it.each([
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '2001:db8',
    ':::',
    '1::2::3',
    'office',
    '',
  ])('%s is none', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });
  it('contain addresses', () => {
    expect(contains('10.1.0.0/16', '10.1.255.3')).toBe(true);
    expect(contains('10.1.0.0/16', '10.2.0.1')).toBe(false);
    expect(contains('192.0.2.7', '192.0.2.7')).toBe(true);
    expect(contains('2001:db8::/32', '2001:db8:1::5')).toBe(true);
    expect(contains('2001:db8::/32', '2001:db9::5')).toBe(false);
    expect(contains('10.0.0.0/8', '::ffff:10.9.9.9')).toBe(true);
    expect(contains('0.0.0.0/0', '2001:db8::1')).toBe(false);
  });
});

it('reads lines and names the wrong ones', () => {
  const lines = linesOf(' 10.0.0.0/8 \n\n192.0.2.7, office');
  expect(lines).toEqual(['10.0.0.0/8', '192.0.2.7', 'office']);
  expect(badLines(lines)).toEqual(['office']);
});

it('knows whom a list shuts out', () => {
  expect(lockedOut([], '192.0.2.1')).toBe(false);
  expect(lockedOut(['10.0.0.0/8'], '192.0.2.1')).toBe(true);
  expect(lockedOut(['10.0.0.0/8', '192.0.2.0/24'], '192.0.2.1')).toBe(false);
  expect(lockedOut(['10.0.0.0/8'], null)).toBe(false);
});
