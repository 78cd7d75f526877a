import { describe, expect, it } from 'vitest';
import {
  parts,
  percent,
  rateOf,
  remember,
  type Sample,
  secondsLeft,
  untouched,
  WINDOW,
  workOf,
} from './progress';

const run = (list: [number, number][]) =>
  list.reduce<Sample[]>((all, [at, processed]) => remember(all, { at, processed }), []);

describe('speed and time left', () => {
  it('says nothing from one look or from two at once', () => {
    expect(rateOf(run([[0, 100]]))).toBeNull();
    expect(
      rateOf(
        run([
          [0, 0],
          [300, 900],
        ]),
      ),
    ).toBeNull();
    expect(secondsLeft({ processed: 100, total: 1000 }, null)).toBeNull();
  });
  it('is what was done over the time it took', () => {
    const rate = rateOf(
      run([
        [0, 0],
        [1000, 5000],
        [2000, 10_000],
      ]),
    );
    expect(rate).toBe(5000);
    expect(secondsLeft({ processed: 10_000, total: 1_000_000 }, rate)).toBe(198);
  });
  it('follows a change of speed once the old one is out of sight', () => {
    const slow = run([
      [0, 0],
      [1000, 10_000],
    ]);
    const late = remember(slow, { at: 1000 + WINDOW, processed: 12_000 });
    expect(late).toHaveLength(2);
    expect(rateOf(late)).toBe(100);
  });
  it('starts anew when the count went back, and takes no look twice', () => {
    expect(
      run([
        [0, 500],
        [1000, 900],
        [2000, 0],
      ]),
    ).toEqual([{ at: 2000, processed: 0 }]);
    expect(
      run([
        [0, 500],
        [0, 700],
      ]),
    ).toEqual([{ at: 0, processed: 500 }]);
  });
  it('has no end while nothing moves, and none left when all is done', () => {
    const still = run([
      [0, 500],
      [5000, 500],
    ]);
    expect(rateOf(still)).toBe(0);
    expect(secondsLeft({ processed: 500, total: 1000 }, rateOf(still))).toBeNull();
    expect(secondsLeft({ processed: 1000, total: 1000 }, null)).toBe(0);
    expect(secondsLeft({ processed: 0, total: 0 }, 10)).toBeNull();
  });
});

describe('per cent', () => {
  it('is full at the end only', () => {
    expect(percent({ processed: 0, total: 0 })).toBe(0);
    expect(percent({ processed: 999_999, total: 1_000_000 })).toBe(99);
    expect(percent({ processed: 10, total: 10 })).toBe(100);
    expect(percent({ processed: 12, total: 10 })).toBe(100);
  });
});

describe('what became of the rows', () => {
  const counts = { processed: 100, total: 200, created: 50, updated: 20, skipped: 25, failed: 5 };
  it('are parts of the whole', () => {
    expect(parts(counts).map((p) => p.share)).toEqual([0.25, 0.1, 0.125, 0.025]);
    expect(untouched(counts)).toBe(100);
  });
  it('never make more than the whole, whatever the server says', () => {
    const odd = { ...counts, total: 10 };
    expect(parts(odd).reduce((n, p) => n + p.share, 0)).toBeCloseTo(1);
    expect(untouched(odd)).toBe(0);
  });
});

describe('the work at hand', () => {
  const i = {
    processed: 400,
    total: 1000,
    created: 300,
    updated: 50,
    skipped: 40,
    failed: 10,
    rows_estimate: 900,
    restored: 70,
    kept: 5,
  };
  it('is the import, until it is taken back', () => {
    expect(workOf({ ...i, task: 'import' })).toMatchObject({ processed: 400, total: 1000, created: 300 });
    expect(workOf({ ...i, task: 'undo' })).toMatchObject({
      processed: 75,
      total: 350,
      created: 70,
      skipped: 5,
    });
  });
  it('goes by the estimate as long as nobody has counted', () => {
    expect(workOf({ ...i, task: 'preview', total: 0 })).toMatchObject({ processed: 400, total: 900 });
    expect(workOf({ ...i, task: 'preview', total: 0, processed: 950 }).total).toBe(950);
  });
});
