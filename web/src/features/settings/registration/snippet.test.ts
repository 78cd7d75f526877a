import { expect, it } from 'vitest';
import { snippet } from './snippet';

it('escapes what a company calls itself', () => {
  expect(snippet('https://a.example/register', 'Open at "A & <B>"')).toBe(
    '<a href="https://a.example/register" target="_blank" rel="noopener">Open at &quot;A &amp; &lt;B&gt;&quot;</a>',
  );
});
