import { expect, it } from 'vitest';
import { hasMoney } from './money';

it('a CRM that only sells shows no balances', () => {
  expect(hasMoney(['clients', 'leads', 'pipeline', 'activities'])).toBe(false);
  expect(hasMoney(['clients', 'documents', 'leads', 'partners', 'activities', 'trading', 'money'])).toBe(
    true,
  );
  expect(hasMoney(['leads', 'partners', 'clients', 'documents'])).toBe(true);
  expect(hasMoney(['clients', 'pipeline', 'money'])).toBe(true);
  expect(hasMoney([])).toBe(true);
});
