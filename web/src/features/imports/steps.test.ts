import { expect, it } from 'vitest';
import { isWorking, reachable, stepOf } from './steps';
import type { ImportStatus, Task } from './types';

const at = (status: ImportStatus, task?: Task) => ({ status, task });

it.each([
  ['uploaded', undefined, undefined, 'map'],
  ['uploaded', undefined, 'check', 'map'],
  ['uploaded', undefined, 'file', 'file'],
  ['mapped', undefined, undefined, 'map'],
  ['mapped', 'preview', undefined, 'check'],
  ['mapped', 'preview', 'map', 'check'],
  ['previewed', undefined, undefined, 'check'],
  ['previewed', undefined, 'map', 'map'],
  ['previewed', undefined, 'run', 'check'],
  ['previewed', undefined, 'nonsense', 'check'],
  ['running', 'import', 'map', 'run'],
  ['done', undefined, undefined, 'run'],
  ['undone', undefined, 'check', 'run'],
] as const)('an import that is %s (%s) and asked for %s shows %s', (status, task, asked, step) => {
  expect(stepOf(at(status, task), asked)).toBe(step);
});

it('does not go on before the whole file was looked at', () => {
  expect(reachable(at('mapped'), 'check')).toBe(false);
  expect(reachable(at('previewed'), 'check')).toBe(true);
  expect(reachable(at('previewed'), 'run')).toBe(false);
});

it('works while something happens by itself', () => {
  expect(isWorking(at('queued'))).toBe(true);
  expect(isWorking(at('running', 'undo'))).toBe(true);
  expect(isWorking(at('mapped', 'preview'))).toBe(true);
  expect(isWorking(at('paused'))).toBe(false);
  expect(isWorking(at('done'))).toBe(false);
});
