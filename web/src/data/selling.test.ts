import { expect, it } from 'vitest';
import { onlySells } from './selling';

it('tells a CRM that only sells by its modules', () => {
  expect(onlySells(['clients', 'leads', 'pipeline', 'activities'])).toBe(true);
  expect(onlySells(['clients', 'documents', 'leads', 'pipeline', 'activities'])).toBe(false);
  expect(onlySells(['leads', 'partners', 'clients'])).toBe(false);
  expect(onlySells([])).toBe(false);
});
