import type { components } from '@/api/platform.gen';
import type { Narrow, Wire } from '@/api/wire';

/** The life of a provisioning as the pages show it. Pure: no network, no clock of its own. */

export const STEP_NAMES = [
  'reserve',
  'schema',
  'template',
  'branding',
  'secrets',
  'storage',
  'admin',
  'smoke',
  'live',
] as const;
export type StepStatus = 'pending' | 'running' | 'done' | 'failed';
export type ProvisioningStatus = 'running' | 'done' | 'failed';

type Schemas = components['schemas'];
export type ProvisioningStep = Narrow<Wire<Schemas['StepOut']>, { status: StepStatus }>;
export type Provisioning = Narrow<
  Wire<Schemas['ProvisioningOut']>,
  { status: ProvisioningStatus; steps: ProvisioningStep[] }
>;

/** Before the first answer the list is already there, so nothing jumps when it comes. */
export const blankSteps = (): ProvisioningStep[] =>
  STEP_NAMES.map((name) => ({
    name,
    status: 'pending',
    started_at: null,
    finished_at: null,
    error: null,
  }));

const finishedSteps = (p: Provisioning) => p.steps.filter((s) => s.status === 'done').length;

/**
 * Two sources (stream and polling) may answer out of order. A later picture wins; an older one,
 * recognised by fewer finished steps while still running, is dropped. A retry starts a failed one
 * again, so leaving `failed` is always allowed; leaving `done` never is.
 */
export function latest(previous: Provisioning | undefined, next: Provisioning): Provisioning {
  if (!previous || previous.id !== next.id) return next;
  if (previous.status === 'done') return next.status === 'done' ? next : previous;
  if (previous.status === 'failed') return next;
  return next.status === 'running' && finishedSteps(next) < finishedSteps(previous) ? previous : next;
}

export interface Progress {
  finished: number;
  total: number;
  /** 0…1; a running step counts half. */
  fraction: number;
  current: ProvisioningStep | null;
  failed: ProvisioningStep | null;
}

export function progressOf(p: Provisioning | undefined): Progress {
  const steps = p?.steps.length ? p.steps : blankSteps();
  const finished = p?.status === 'done' ? steps.length : steps.filter((s) => s.status === 'done').length;
  const current = steps.find((s) => s.status === 'running') ?? null;
  const failed = steps.find((s) => s.status === 'failed') ?? null;
  const total = steps.length;
  return {
    finished,
    total,
    fraction: Math.min(1, (finished + (current ? 0.5 : 0)) / total),
    current,
    failed,
  };
}

const at = (iso: string | null | undefined) => {
  const ms = iso ? Date.parse(iso) : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
};

/** Milliseconds a step has taken; null while it waits or when nobody knows. Only a running one counts on. */
export function stepElapsed(step: ProvisioningStep, now: number): number | null {
  const start = at(step.started_at);
  const end = at(step.finished_at) ?? (step.status === 'running' ? now : null);
  return start === null || end === null ? null : Math.max(0, end - start);
}

/** Milliseconds since the whole thing began, frozen when it ended. */
export function totalElapsed(p: Provisioning, now: number): number {
  const starts = p.steps.map((s) => at(s.started_at)).filter((v) => v !== null);
  const start = starts.length ? Math.min(...starts) : (at(p.created_at) ?? now);
  const ends = p.steps.map((s) => at(s.finished_at)).filter((v) => v !== null);
  const end = p.status !== 'running' && ends.length ? Math.max(...ends) : now;
  return Math.max(0, end - start);
}

/** How the page hears about progress. */
export type Channel = 'connecting' | 'live' | 'polling' | 'closed';
export type ChannelEvent = 'opened' | 'lost' | 'settled' | 'reopen';

export function nextChannel(channel: Channel, event: ChannelEvent): Channel {
  if (event === 'reopen') return 'connecting';
  if (channel === 'closed' || event === 'settled') return 'closed';
  return event === 'opened' ? 'live' : 'polling';
}

/** While the stream is silent the page asks by itself; with the stream open it need not. */
export const pollEvery = (channel: Channel): number | false =>
  channel === 'polling' ? 1500 : channel === 'connecting' ? 4000 : false;
