import { describe, expect, it } from 'vitest';
import { endedSince, percentOf } from './jobs';

const job = (id: string, status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled', processed = 0) => ({
  id,
  status,
  progress: { processed, total: 200 },
});

describe('jobs', () => {
  it('tells how far one is', () => {
    expect(percentOf(job('a', 'running', 55))).toBe(27);
    expect(percentOf({ progress: undefined })).toBe(0);
    expect(percentOf({ progress: { processed: 3, total: 0 } })).toBe(0);
  });
  it('tells of those that ended since, and of nothing that was over before', () => {
    const now = [
      job('a', 'done'),
      job('b', 'running'),
      job('c', 'failed'),
      job('d', 'cancelled'),
      job('e', 'done'),
    ];
    expect(endedSince(null, now)).toEqual([]);
    const before = [
      job('a', 'running'),
      job('b', 'queued'),
      job('c', 'queued'),
      job('d', 'running'),
      job('e', 'done'),
    ];
    expect(endedSince(before, now).map((j) => j.id)).toEqual(['a', 'c']);
    expect(endedSince([], [job('f', 'done')]).map((j) => j.id)).toEqual(['f']);
  });
});
