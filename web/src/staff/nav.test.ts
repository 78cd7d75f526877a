import { describe, expect, it } from 'vitest';
import { allowedItems, homePath, SETTINGS_NAV } from './nav';

const holding =
  (...rights: string[]) =>
  (key: string) =>
    rights.includes(key);

describe('the navigation', () => {
  it('has kinds of documents only beside documents', () => {
    const keys = (...rights: string[]) => allowedItems(SETTINGS_NAV, holding(...rights)).map((i) => i.key);
    expect(keys('settings.manage')).toContain('statuses');
    expect(keys('settings.manage')).not.toContain('documentTypes');
    expect(keys('settings.manage', 'documents.read')).toContain('documentTypes');
    expect(keys('documents.read')).not.toContain('documentTypes');
  });
  it('begins with the reports where the CRM is one for selling', () => {
    const can = holding('dashboard.read', 'reports.read', 'clients.read');
    expect(homePath(can, ['clients', 'leads', 'pipeline', 'activities'])).toBe('/reports');
    expect(homePath(can, ['clients', 'documents', 'pipeline', 'activities'])).toBe('/dashboard');
    expect(homePath(can, ['clients', 'documents', 'pipeline'])).toBe('/dashboard');
    expect(homePath(holding('clients.read'), ['clients', 'pipeline'])).toBe('/clients');
    expect(homePath(holding())).toBe('/dashboard');
  });
});
