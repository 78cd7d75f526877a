import type { Import } from './types';

/** The steps of an import; the address says which one is on screen. */
export const STEPS = ['file', 'map', 'check', 'run'] as const;
export type Step = (typeof STEPS)[number];

type State = Pick<Import, 'status' | 'task'>;

/** Before it was started, everything can still be changed. */
export const isOpenYet = ({ status }: State): boolean => ['uploaded', 'mapped', 'previewed'].includes(status);
/** Something happens by itself now. */
export const isWorking = ({ status, task }: State): boolean =>
  status === 'queued' || status === 'running' || (task ?? null) !== null;
export const isOver = ({ status }: State): boolean =>
  ['done', 'failed', 'cancelled', 'undone'].includes(status);

/** Whether a step can be gone to: what was started is not mapped again. */
export function reachable(i: State, step: Step): boolean {
  if (!isOpenYet(i)) return step === 'run';
  if (step === 'file' || step === 'map') return i.task !== 'preview';
  return step === 'check' && (i.status === 'previewed' || i.task === 'preview');
}

/** Where an import stands by itself, without a step in the address. */
export function standing(i: State): Step {
  if (!isOpenYet(i)) return 'run';
  return reachable(i, 'check') ? 'check' : 'map';
}

/** The step to show: the one asked for where it can be gone to. */
export function stepOf(i: State, asked: string | undefined): Step {
  const step = STEPS.find((s) => s === asked);
  return step && reachable(i, step) ? step : standing(i);
}
