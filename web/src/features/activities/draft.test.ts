import { expect, it } from 'vitest';
import { draftOf, newOf, patchOf } from './draft';
import { fromField, localField } from './fields';
import type { Activity } from './types';

const ZONE = 'Europe/Berlin';
const call = {
  id: 'a',
  type: 'call',
  subject: 'Call Anna',
  status: 'scheduled',
  priority: 'high',
  due_at: '2026-11-30T09:15:00Z',
  all_day: false,
  client_id: 'c',
  client_name: 'Anna',
  deal_id: 'd',
  deal_name: 'Deal',
  version: 3,
} as Activity;

it('sends nothing of an untouched form', () => {
  expect(patchOf(draftOf(call, ZONE), call, ZONE)).toEqual({});
});
it('sends what was changed, by the clock of the company', () => {
  const draft = { ...draftOf(call, ZONE), time: '11:00', subject: ' Call Anna again ' };
  expect(patchOf(draft, call, ZONE)).toEqual({
    due_at: '2026-11-30T10:00:00.000Z',
    subject: 'Call Anna again',
  });
  expect(patchOf({ ...draftOf(call, ZONE), all_day: true }, call, ZONE)).toEqual({
    all_day: true,
    due_at: '2026-11-29T23:00:00.000Z',
  });
});
it('takes an activity from one record to another', () => {
  const draft = draftOf(call, ZONE);
  expect(draft.parent).toEqual({ kind: 'deal', id: 'd', name: 'Deal' });
  expect(patchOf({ ...draft, parent: { kind: 'lead', id: 'l', name: 'L' } }, call, ZONE)).toEqual({
    deal_id: null,
    lead_id: 'l',
  });
});
it('leaves out what a new one does not have', () => {
  const draft = { ...draftOf(undefined, ZONE, { owner: 'me' }), subject: 'Write', day: '2026-12-01' };
  expect(newOf(draft, ZONE)).toEqual({
    type: 'task',
    subject: 'Write',
    due_at: '2026-12-01T08:00:00.000Z',
    all_day: false,
    assigned_to: 'me',
    priority: 'normal',
  });
});
it('reads and writes the browser’s own field for date and time', () => {
  expect(localField('2026-11-30T09:15:00Z', ZONE)).toBe('2026-11-30T10:15');
  expect(fromField('2026-11-30T10:15', ZONE)).toBe('2026-11-30T09:15:00.000Z');
  expect(fromField('', ZONE)).toBeNull();
});
