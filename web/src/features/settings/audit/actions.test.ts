import { expect, it } from 'vitest';
import { actionsByArea, areaOf, pathOf } from './actions';

it('keeps every action in its area, and shows unknown ones', () => {
  const list = actionsByArea(['job.retried', 'client.merged', 'client.created']);
  expect(list.filter((x) => x.action === 'client.created')).toHaveLength(1);
  expect(list.find((x) => x.action === 'client.merged')?.area).toBe('client');
  expect(list.find((x) => x.action === 'job.retried')?.area).toBe('job');
  const areas = list.map((x) => x.area).filter((area, i, all) => area !== all[i - 1]);
  expect(new Set(areas).size).toBe(areas.length);
  expect(areaOf('branding.updated')).toBe('settings');
});
it('knows where a record is looked at', () => {
  expect(pathOf('client', 'x')).toBe('/clients/x');
  expect(pathOf('client', null)).toBeNull();
  expect(pathOf('user', 'x')).toBe('/settings/users/x');
  expect(pathOf('settings', null)).toBe('/settings/general');
  expect(pathOf('job', 'x')).toBeNull();
});
