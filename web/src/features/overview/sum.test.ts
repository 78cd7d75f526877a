import { describe, expect, it } from 'vitest';
import { listPath, openKeys, sums } from './sum';

describe('overview', () => {
  it('adds up what there is', () => {
    const lines = [
      { clients: 3, leads: 2 as number | null },
      { clients: 4, leads: null },
    ];
    expect(sums(lines, ['clients', 'leads'])).toEqual({ clients: 7, leads: 2 });
    expect(sums([] as typeof lines, ['clients'])).toEqual({ clients: 0 });
  });
  it('links to the list that was counted', () => {
    expect(listPath('clients', { team_id: 't1', assigned_to: 'none', status: undefined })).toBe(
      '/clients?team_id=t1&assigned_to=none',
    );
    expect(listPath('leads', {})).toBe('/leads');
    const statuses = [
      { key: 'new', closed: false },
      { key: 'won', closed: true },
      { key: 'active', closed: false },
    ];
    expect(listPath('clients', { status: openKeys(statuses) })).toBe('/clients?status=new,active');
  });
});
