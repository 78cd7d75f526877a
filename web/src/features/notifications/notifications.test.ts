import { expect, it } from 'vitest';
import type { Notification } from '@/api/types';
import { targetOf } from './query';

const n = (more: Partial<Notification>): Notification => ({
  id: 'n',
  kind: 'reminder',
  created_at: '2026-11-27T09:00:00Z',
  ...more,
});

it('leads to what it is about', () => {
  expect(targetOf(n({ entity: 'activity', record_id: 'a' }))).toEqual({
    to: '/activities',
    search: { task: 'a' },
  });
  expect(targetOf(n({ kind: 'mention', entity: 'client', record_id: 'c' }))).toEqual({
    to: '/clients/c',
    search: { tab: 'notes' },
  });
  expect(targetOf(n({ kind: 'assigned', entity: 'opportunity', record_id: 'o' }))?.to).toBe(
    '/opportunities/o',
  );
  expect(targetOf(n({ entity: 'planet', record_id: 'x' }))).toBeNull();
  expect(targetOf(n({}))).toBeNull();
});
