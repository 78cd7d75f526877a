import { describe, expect, it } from 'vitest';
import { fileNameOf, placeOf, readHead, shortHash } from './head';

const head = {
  tenant: { id: '1', slug: 'northwind', name: 'Northwind' },
  entries: 42,
  head: 'ab'.repeat(32),
  at: '2026-11-25T12:04:09Z',
};

describe('a saved head', () => {
  it('gets a telling name', () => {
    expect(fileNameOf(head)).toBe('audit-head-northwind-2026-11-25-1204-42.json');
  });
  it('is read again', () => {
    expect(readHead(JSON.stringify(head), 'northwind')).toEqual({ entries: 42, head: head.head });
    expect(readHead(JSON.stringify({ entries: 0, head: head.head }))).toEqual({
      entries: 0,
      head: head.head,
    });
  });
  it('is refused when it is none, or of somebody else', () => {
    expect(readHead('{')).toBe('format');
    expect(readHead('null')).toBe('format');
    expect(readHead(JSON.stringify({ ...head, entries: '42' }))).toBe('format');
    expect(readHead(JSON.stringify({ ...head, head: 'xyz' }))).toBe('format');
    expect(readHead(JSON.stringify(head), 'harbour')).toBe('tenant');
  });
});

it('finds the place in the verdict', () => {
  expect(placeOf('entry 17: the hash differs')).toBe('17');
  expect(placeOf(null)).toBeNull();
  expect(shortHash('ab'.repeat(32))).toBe('abababab…abababab');
});
