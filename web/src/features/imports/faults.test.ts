import { describe, expect, it } from 'vitest';
import { faultCount, faultWord, linesOf, mergeGroups, strangeWords } from './faults';

const error = (column: string, code: string, value = '') => ({ column, code, value, message: `${code}!` });

describe('groups of errors', () => {
  it('come largest first, then by column', () => {
    const group = (column: string, code: string, count: number) => ({ column, code, count, message: '' });
    const groups = mergeGroups([
      group('Phone', 'required', 1),
      group('E-mail', 'email_invalid', 1),
      group('Phone', 'phone_invalid', 2),
    ]);
    expect(groups.map((g) => [g.column, g.code, g.count])).toEqual([
      ['Phone', 'phone_invalid', 2],
      ['E-mail', 'email_invalid', 1],
      ['Phone', 'required', 1],
    ]);
    expect(faultCount(groups)).toBe(4);
  });
  it('that differ in words only are one, and what came in stays as it was', () => {
    const came = [
      { column: 'Note', code: 'too_long', message: 'is longer than 200', count: 3 },
      { column: 'A', code: 'required', message: 'is required', count: 4 },
      { column: 'Note', code: 'too_long', message: 'is longer than 500', count: 2 },
    ];
    expect(mergeGroups(came).map((g) => [g.column, g.count])).toEqual([
      ['Note', 5],
      ['A', 4],
    ]);
    expect(came[0]?.count).toBe(3);
  });
});

describe('lines', () => {
  const rows = [
    {
      row: 3,
      state: 'invalid',
      errors: [error('Phone', 'phone_invalid', '12'), error('E-mail', 'required')],
    },
    { row: 7, state: 'valid', errors: [] },
  ];
  it('are one for each fault', () => {
    expect(linesOf(rows, new Map()).map((l) => l.id)).toEqual(['3:Phone:phone_invalid', '3:E-mail:required']);
  });
  it('stay where they were when they are put right', () => {
    const fixed = new Map([[7, [error('Phone', 'phone_invalid', 'x')]]]);
    expect(linesOf(rows, fixed).map((l) => [l.row, l.fixed ?? false])).toEqual([
      [3, false],
      [3, false],
      [7, true],
    ]);
  });
  it('keep their order within a row, each once, however often it was changed', () => {
    const first = [error('Phone', 'phone_invalid', '12'), error('E-mail', 'required')];
    const now = [{ row: 3, state: 'invalid', errors: [error('E-mail', 'required')] }];
    const fixed = new Map([[3, [...first, error('E-mail', 'required')]]]);
    expect(linesOf(now, fixed).map((l) => [l.column, l.fixed ?? false])).toEqual([
      ['Phone', true],
      ['E-mail', false],
    ]);
  });
  it('are open again when the new text is wrong as well', () => {
    const fixed = new Map([[3, [error('Phone', 'phone_invalid', '12')]]]);
    expect(linesOf(rows, fixed).filter((l) => l.fixed)).toEqual([]);
  });
});

it('tells a note without a date from a wrong date', () => {
  expect(faultWord({ code: 'date_invalid', message: 'goes with a date in follow_up_at' })).toBe('needs_date');
  expect(faultWord({ code: 'date_invalid', message: 'is not a date' })).toBe('date_invalid');
});
it('finds the words that nobody knows, the frequent ones first', () => {
  const errors = [
    error('Status', 'status_unknown', 'Neu'),
    error('Status', 'status_unknown', 'Aktiv'),
    error('Status', 'status_unknown', 'Aktiv'),
    error('Status', 'required', ''),
    error('Other', 'status_unknown', 'Weg'),
  ];
  expect(strangeWords(errors, 'Status', 'status_unknown')).toEqual(['Aktiv', 'Neu']);
});
