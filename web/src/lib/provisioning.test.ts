import { describe, expect, it } from 'vitest';
import {
  blankSteps,
  latest,
  nextChannel,
  type Provisioning,
  type ProvisioningStatus,
  pollEvery,
  progressOf,
  stepElapsed,
  totalElapsed,
} from './provisioning';

const T0 = Date.parse('2026-11-20T10:00:00Z');
function make(done: number, status: ProvisioningStatus = 'running', failedAt?: number): Provisioning {
  return {
    id: 'p1',
    slug: 'acme',
    name: 'Acme',
    status,
    tenant_url: 'http://acme.localhost:8080',
    created_at: new Date(T0).toISOString(),
    error: null,
    steps: blankSteps().map((step, i) => ({
      ...step,
      status:
        i === failedAt
          ? 'failed'
          : i < done
            ? 'done'
            : i === done && status === 'running'
              ? 'running'
              : 'pending',
      started_at: i <= done ? new Date(T0 + i * 1000).toISOString() : null,
      finished_at: i < done ? new Date(T0 + (i + 1) * 1000).toISOString() : null,
    })),
  };
}

describe('latest', () => {
  it('takes the first picture and every newer one', () => {
    expect(latest(undefined, make(0))).toEqual(make(0));
    expect(latest(make(2), make(3))).toEqual(make(3));
  });
  it('drops an older picture that arrives late', () => {
    expect(latest(make(5), make(3))).toEqual(make(5));
    expect(latest(make(9, 'done'), make(8))).toEqual(make(9, 'done'));
  });
  it('shows a failure at once and a retry after it, even from an earlier step', () => {
    expect(latest(make(4), make(4, 'failed', 4)).status).toBe('failed');
    expect(latest(make(4, 'failed', 4), make(1)).status).toBe('running');
  });
  it('never mixes two provisionings', () => {
    expect(latest(make(7), { ...make(1), id: 'p2' }).id).toBe('p2');
  });
});

describe('progressOf', () => {
  it('is empty before the first answer', () => {
    expect(progressOf(undefined)).toMatchObject({ finished: 0, total: 9, fraction: 0, current: null });
  });
  it('counts the running step half', () => {
    const p = progressOf(make(4));
    expect(p.finished).toBe(4);
    expect(p.current?.name).toBe('secrets');
    expect(p.fraction).toBeCloseTo(0.5);
  });
  it('is full when done and names the step that failed', () => {
    expect(progressOf(make(9, 'done')).fraction).toBe(1);
    expect(progressOf(make(4, 'failed', 4)).failed?.name).toBe('secrets');
  });
});

const stepOf = (p: Provisioning, index: number) => p.steps[index] ?? (blankSteps()[0] as never);

it('measures time and freezes it at the end', () => {
  const running = make(2);
  expect(stepElapsed(stepOf(running, 0), T0 + 60_000)).toBe(1000);
  expect(stepElapsed(stepOf(running, 2), T0 + 5_000)).toBe(3000);
  expect(stepElapsed(stepOf(running, 5), T0 + 5_000)).toBeNull();
  expect(stepElapsed(stepOf(make(4, 'failed', 4), 4), T0 + 60_000)).toBeNull();
  expect(totalElapsed(running, T0 + 5_000)).toBe(5000);
  expect(totalElapsed(make(9, 'done'), T0 + 99_000)).toBe(9000);
});

describe('channel', () => {
  it('lives, falls back to polling and recovers', () => {
    let channel = nextChannel('connecting', 'opened');
    expect(channel).toBe('live');
    expect(pollEvery(channel)).toBe(false);
    channel = nextChannel(channel, 'lost');
    expect(channel).toBe('polling');
    expect(pollEvery(channel)).toBe(1500);
    expect(nextChannel(channel, 'opened')).toBe('live');
  });
  it('stays closed once settled until a retry reopens it', () => {
    expect(nextChannel('live', 'settled')).toBe('closed');
    expect(nextChannel('closed', 'lost')).toBe('closed');
    expect(nextChannel('closed', 'opened')).toBe('closed');
    expect(nextChannel('closed', 'reopen')).toBe('connecting');
    expect(pollEvery('closed')).toBe(false);
  });
});
