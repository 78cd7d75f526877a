import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/errors';
import { mergedInto } from '.';
import { arrow, chosen, fieldsOf } from './choices';
import { compared, draftOf, likeness, older } from './likeness';
import type { Conflict, Side } from './types';

const side = (more: Partial<Side>): Side => ({
  id: 'a',
  name: 'Zoë Brandt',
  first_name: 'Zoë',
  last_name: 'Brandt',
  email: 'zoe@example.com',
  status: 'new',
  kyc_status: 'missing',
  tags: [],
  created_at: '2026-01-02T10:00:00Z',
  version: 1,
  ...more,
});

describe('what is looked up while somebody types', () => {
  it('waits until there is something to compare', () => {
    expect(draftOf({ first_name: 'Zoë', email: 'zoe@' })).toBeNull();
    expect(draftOf({ phone: '+49 30' })).toBeNull();
    expect(draftOf({ first_name: 'Zoë', last_name: ' Brandt ' })).toEqual({
      first_name: 'Zoë',
      last_name: 'Brandt',
    });
  });
  it('leaves half a value out', () => {
    expect(draftOf({ email: ' zoe@example.com ', phone: '+49', country: 'DE' })).toEqual({
      email: 'zoe@example.com',
      country: 'DE',
    });
  });
});

describe('a pair beside each other', () => {
  it('marks what both have alike, however it is written', () => {
    const lines = compared({
      a: side({ phone: '+49301234567', source: 'Fair', tags: ['vip'] }),
      b: side({ email: 'ZOE@example.com ', phone: '+49301234567', source: null, tags: ['vip'] }),
    });
    expect(Object.fromEntries(lines.map((x) => [x.field, x.same]))).toEqual({
      email: true,
      phone: true,
      status: true,
      kyc_status: true,
      source: false,
      tags: true,
      created_at: false,
    });
  });
  it('leaves out what neither has', () => {
    expect(compared({ a: side({}), b: side({}) }).map((x) => x.field)).not.toContain('country');
  });
  it('keeps who was there first', () => {
    const [a, b] = [side({ id: 'a' }), side({ id: 'b', created_at: '2025-12-31T00:00:00Z' })];
    expect(older(a, b).map((x) => x.id)).toEqual(['b', 'a']);
    expect(older(b, a).map((x) => x.id)).toEqual(['b', 'a']);
  });
  it('has words for how sure it is', () => {
    expect([0.98, 0.9, 0.8, 0.5].map(likeness)).toEqual(['sure', 'sure', 'likely', 'possible']);
  });
});

describe('choices of a merge', () => {
  const conflict = (field: string, more: Partial<Conflict> = {}): Conflict => ({
    field,
    chosen: 'keep',
    choosable: true,
    ...more,
  });
  it('counts the choice before what comes by itself, and never for what is masked', () => {
    expect(chosen(conflict('phone'), { phone: 'drop' })).toBe('drop');
    expect(chosen(conflict('phone', { chosen: 'drop' }), {})).toBe('drop');
    expect(chosen(conflict('email', { choosable: false }), { email: 'drop' })).toBe('keep');
  });
  it('asks the same question for the same choices', () => {
    expect(JSON.stringify(fieldsOf({ phone: 'drop', country: 'keep' }))).toBe(
      JSON.stringify(fieldsOf({ country: 'keep', phone: 'drop' })),
    );
    expect(fieldsOf({})).toBeUndefined();
  });
  it('reads the arrows with the page', () => {
    expect(arrow('ArrowRight', false)).toEqual({ rows: 0, which: 'drop' });
    expect(arrow('ArrowRight', true)).toEqual({ rows: 0, which: 'keep' });
    expect(arrow('ArrowUp', true)).toEqual({ rows: -1 });
    expect(arrow('Home', false)).toBeNull();
  });
});

it('follows a client that was merged, and nothing else', () => {
  const gone = (code: string, data?: Record<string, unknown>) => new ApiError(404, { code, data });
  expect(mergedInto(gone('merged', { merged_into: 'k1' }))).toBe('k1');
  expect(mergedInto(gone('not_found', { merged_into: 'k1' }))).toBeNull();
  expect(mergedInto(null)).toBeNull();
});
