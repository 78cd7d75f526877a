import { describe, expect, it } from 'vitest';
import type { Board, Deal, Stage } from '@/api/sales';
import { beforeOf, mayFollow, moveCard, placeOf, restingPlace, stepFrom, withPage, withTails } from './order';

const deal = (id: string, amount: string | null = '100.00', more: Partial<Deal> = {}): Deal => ({
  id,
  kind: 'deal',
  name: `Deal ${id}`,
  pipeline: 'sales',
  stage: 'new',
  stage_label: 'New',
  stage_hue: 'grey',
  outcome: 'none',
  probability: 10,
  currency: 'EUR',
  amount,
  amount_base: amount,
  stage_since: '2026-11-01T00:00:00Z',
  position: 0,
  tags: [],
  custom: {},
  created_at: '2026-11-01T00:00:00Z',
  updated_at: '2026-11-01T00:00:00Z',
  version: 1,
  ...more,
});
const board = (): Board => ({
  pipeline: 'sales',
  base_currency: 'EUR',
  missing_rates: [],
  columns: [
    {
      stage: 'new',
      label: 'New',
      hue: 'grey',
      probability: 10,
      outcome: 'none',
      count: 3,
      sum_base: '300.00',
      weighted_base: '30.00',
      deals: [deal('a'), deal('b'), deal('c')],
    },
    {
      stage: 'empty',
      label: 'Empty',
      hue: 'blue',
      probability: 50,
      outcome: 'none',
      count: 0,
      sum_base: '0.00',
      weighted_base: '0.00',
      deals: [],
    },
    {
      stage: 'won',
      label: 'Won',
      hue: 'green',
      probability: 100,
      outcome: 'won',
      count: 1,
      sum_base: '50.00',
      weighted_base: '50.00',
      deals: [deal('d', '50.00', { stage: 'won' })],
    },
  ],
});
const ids = (b: Board) => b.columns.map((x) => x.deals.map((d) => d.id).join(''));

describe('moving a card', () => {
  it('puts it where it was let go and carries its value along', () => {
    const after = moveCard(board(), 'b', { stage: 'won', index: 0 });
    expect(ids(after)).toEqual(['ac', '', 'bd']);
    expect(after.columns[0]).toMatchObject({ count: 2, sum_base: '200.00', weighted_base: '20.00' });
    expect(after.columns[2]).toMatchObject({ count: 2, sum_base: '150.00', weighted_base: '150.00' });
    expect(after.columns[2]?.deals[0]).toMatchObject({ stage: 'won', outcome: 'won', probability: 100 });
  });
  it('keeps the sums when it stays in its column', () => {
    const after = moveCard(board(), 'a', { stage: 'new', index: 2 });
    expect(ids(after)).toEqual(['bca', '', 'd']);
    expect(after.columns[0]).toMatchObject({ count: 3, sum_base: '300.00', weighted_base: '30.00' });
  });
  it('counts a card with a probability of its own by that', () => {
    const start = board();
    const [first] = start.columns;
    if (first) first.deals[0] = deal('a', '100.00', { probability_override: 40, probability: 40 });
    const after = moveCard(start, 'a', { stage: 'empty', index: 0 });
    expect(after.columns[1]).toMatchObject({ weighted_base: '40.00' });
    expect(after.columns[1]?.deals[0]?.probability).toBe(40);
  });
  it('adds nothing for an amount without a rate', () => {
    const start = board();
    const [first] = start.columns;
    if (first) first.deals[0] = deal('a', '100.00', { currency: 'XYZ', amount_base: null });
    expect(moveCard(start, 'a', { stage: 'empty', index: 0 }).columns[1]).toMatchObject({
      count: 1,
      sum_base: '0.00',
    });
  });
  it('leaves the board as it is for a card or column it does not have', () => {
    const start = board();
    expect(moveCard(start, 'nobody', { stage: 'won', index: 0 })).toBe(start);
    expect(moveCard(start, 'a', { stage: 'nowhere', index: 0 })).toBe(start);
  });
  it('comes back to the same board when moved there and back', () => {
    const start = board();
    const from = placeOf(start, 'b');
    const there = moveCard(start, 'b', { stage: 'empty', index: 0 });
    expect(from && ids(moveCard(there, 'b', from))).toEqual(ids(start));
  });
});

describe('the card before which another one goes', () => {
  it('does not count the card itself', () => {
    expect(beforeOf(board(), 'a', { stage: 'new', index: 0 })).toBe('b');
    expect(beforeOf(board(), 'a', { stage: 'new', index: 1 })).toBe('c');
    expect(beforeOf(board(), 'a', { stage: 'new', index: 2 })).toBeNull();
    expect(beforeOf(board(), 'a', { stage: 'won', index: 0 })).toBe('d');
  });
  it('is the first one while the end of a column is not read', () => {
    const [, , won] = board().columns;
    expect(won && restingPlace(won, 'a')).toEqual({ stage: 'won', index: 1 });
    expect(won && restingPlace({ ...won, next_cursor: 'x' }, 'a')).toEqual({ stage: 'won', index: 0 });
  });
});

describe('the arrows', () => {
  const open = ['new', 'empty', 'won'];
  it('go past empty columns with the focus, and into them with a card', () => {
    expect(stepFrom(board(), open, null, { stage: 'new', index: 2 }, 'after')).toEqual({
      stage: 'won',
      index: 0,
    });
    expect(stepFrom(board(), open, 'a', { stage: 'new', index: 0 }, 'after')).toEqual({
      stage: 'empty',
      index: 0,
    });
  });
  it('let a card stand behind the last one', () => {
    expect(stepFrom(board(), open, 'a', { stage: 'won', index: 0 }, 'down')).toEqual({
      stage: 'won',
      index: 1,
    });
    expect(stepFrom(board(), open, null, { stage: 'won', index: 0 }, 'down')).toEqual({
      stage: 'won',
      index: 0,
    });
  });
  it('stop at the edges and leave folded columns out', () => {
    const at = { stage: 'won', index: 0 };
    expect(stepFrom(board(), open, 'd', at, 'after')).toEqual(at);
    expect(stepFrom(board(), ['new', 'won'], 'a', { stage: 'new', index: 0 }, 'after')).toEqual({
      stage: 'won',
      index: 0,
    });
  });
});

describe('reading again', () => {
  it('keeps what was read further down, once', () => {
    const old = withPage(board(), 'new', { data: [deal('c'), deal('e')], next_cursor: 'more' });
    expect(ids(old)[0]).toBe('abce');
    const fresh = board();
    const [first, , won] = fresh.columns;
    if (first && won) {
      first.deals = [deal('b'), deal('f')];
      first.next_cursor = 'x';
      won.deals = [deal('e', '1.00', { stage: 'won' })];
    }
    const after = withTails(old, fresh);
    expect(ids(after)).toEqual(['bfc', '', 'e']);
    expect(after.columns[0]?.next_cursor).toBe('more');
  });
});

describe('the way through the stages', () => {
  const stage = (key: string, transitions?: string[] | null) => ({ key, transitions }) as Stage;
  it('is free without ways, and as drawn with them', () => {
    const stages = [stage('a', ['b']), stage('b', null), stage('c', ['gone']), stage('d', [])];
    expect(mayFollow(stages, 'a', 'b')).toBe(true);
    expect(mayFollow(stages, 'a', 'c')).toBe(false);
    expect(mayFollow(stages, 'b', 'd')).toBe(true);
    expect(mayFollow(stages, 'c', 'a')).toBe(true);
    expect(mayFollow(stages, 'd', 'a')).toBe(false);
    expect(mayFollow(stages, 'd', 'd')).toBe(true);
  });
});
