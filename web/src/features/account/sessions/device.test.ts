import { expect, it } from 'vitest';
import { deviceKind } from './device';

it('tells a phone from a desk', () => {
  expect(deviceKind('Chrome on macOS')).toBe('desktop');
  expect(deviceKind('Safari on iPhone')).toBe('phone');
  expect(deviceKind('Chrome on Android')).toBe('phone');
  expect(deviceKind('Safari on iPad')).toBe('tablet');
  expect(deviceKind('')).toBe('desktop');
});
