import { expect, it } from 'vitest';
import { curlExample, endsSoon, expiresAt } from './expiry';

const NOW = Date.parse('2026-11-25T10:00:00Z');

it('counts days from now', () => {
  expect(expiresAt('30', NOW)).toBe('2026-12-25T10:00:00.000Z');
  expect(expiresAt('365', NOW)).toBe('2027-11-25T10:00:00.000Z');
  expect(expiresAt('never', NOW)).toBeUndefined();
});
it('knows which keys end soon', () => {
  expect(endsSoon('2026-11-30T00:00:00Z', NOW)).toBe(true);
  expect(endsSoon('2026-12-30T00:00:00Z', NOW)).toBe(false);
  expect(endsSoon(null, NOW)).toBe(false);
});
it('shows a call that can be pasted', () => {
  expect(curlExample('https://northwind.example', 'bdk_x')).toBe(
    'curl "https://northwind.example/api/clients?limit=5" \\\n  -H "Authorization: Bearer bdk_x"',
  );
});
