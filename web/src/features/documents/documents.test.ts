import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import { tenantApi } from '@/api/client';
import type { ClientDocument, DocumentType } from '@/api/types';
import { acceptOf, contentTypeOf, problemOf } from './files';
import { linkQuery } from './query';
import { checksum, hex, sha256Slow } from './sha256';
import { daysUntil, rowsOf } from './standing';

const kind = (key: string, more: Partial<DocumentType> = {}): DocumentType => ({
  key,
  label: key,
  level: 1,
  required: true,
  expires: false,
  content_types: ['application/pdf', 'image/heic'],
  max_bytes: 100,
  position: 0,
  archived: false,
  ...more,
});
const doc = (id: string, type: string, more: Partial<ClientDocument> = {}): ClientDocument =>
  ({
    id,
    document_id: id,
    version: 1,
    type,
    status: 'pending',
    created_at: '2026-01-01T00:00:00Z',
    ...more,
  }) as ClientDocument;

describe('checksums', () => {
  it('are the same with and without the browser’s own', async () => {
    const vectors: [string, string][] = [
      ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ];
    for (const [text, sum] of vectors) expect(hex(sha256Slow(new TextEncoder().encode(text)))).toBe(sum);
    for (const length of [55, 56, 63, 64, 65, 119, 120, 1000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) % 256);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      expect(hex(sha256Slow(bytes))).toBe(hex(digest));
    }
    const file = { arrayBuffer: async () => new TextEncoder().encode('abc').buffer } as unknown as Blob;
    expect(await checksum(file)).toBe(vectors[1]?.[1]);
  });
});

describe('files', () => {
  it('have a type by their ending where the browser knows none', () => {
    expect(contentTypeOf({ name: 'IMG_1.HEIC', type: '' })).toBe('image/heic');
    expect(contentTypeOf({ name: 'a.heif', type: 'image/heif' })).toBe('image/heic');
    expect(contentTypeOf({ name: 'noending', type: '' })).toBe('');
  });
  it('are refused before a byte leaves', () => {
    const k = kind('identity');
    expect(problemOf({ name: 'a.pdf', type: 'application/pdf', size: 100 }, k)).toBeNull();
    expect(problemOf({ name: 'a.pdf', type: 'application/pdf', size: 101 }, k)).toBe('large');
    expect(problemOf({ name: 'a.pdf', type: 'application/pdf', size: 0 }, k)).toBe('empty');
    expect(problemOf({ name: 'a.svg', type: 'image/svg+xml', size: 5 }, k)).toBe('type');
    expect(problemOf({ name: 'a.png', type: 'image/png', size: 5 }, k)).toBe('type');
    expect(acceptOf(k)).toBe('application/pdf,image/heic,.pdf,.heic,.heif');
  });
});

describe('the checklist', () => {
  it('shows the best of what is current', () => {
    const rows = rowsOf(
      [kind('identity'), kind('address'), kind('old', { archived: true }), kind('gone', { archived: true })],
      [
        doc('b', 'identity', { document_id: 'a', version: 2 }),
        doc('a', 'identity', { status: 'approved' }),
        doc('c', 'old', { status: 'rejected' }),
      ],
    );
    expect(rows.map((r) => [r.kind.key, r.status])).toEqual([
      ['identity', 'approved'],
      ['address', 'missing'],
      ['old', 'rejected'],
    ]);
    expect(rows[0]?.documents.map((d) => [d.current.id, d.older.map((o) => o.id)])).toEqual([['b', ['a']]]);
    const replaced = rowsOf(
      [kind('identity')],
      [
        doc('b', 'identity', { document_id: 'a', version: 2 }),
        doc('a', 'identity', { status: 'rejected', superseded_by: 'b' }),
      ],
    );
    expect(replaced[0]?.status).toBe('pending');
  });
  it('counts days by the calendar', () => {
    const today = new Date(2026, 10, 26, 23, 59);
    expect([
      daysUntil('2026-11-27', today),
      daysUntil('2026-11-26', today),
      daysUntil('2026-12-26', today),
    ]).toEqual([1, 0, 30]);
  });
});

describe('a look into a document', () => {
  it('is asked for each time it is opened, and once while it is open', async () => {
    const post = vi
      .spyOn(tenantApi, 'post')
      .mockImplementation((async () => ({ url: 'https://x' })) as never);
    const client = new QueryClient();
    const look = async () => {
      const observer = new QueryObserver(client, linkQuery('d1'));
      const close = observer.subscribe(() => undefined);
      await vi.waitFor(() => expect(observer.getCurrentResult().data).toBeDefined());
      // another part of the page that shows the same
      const beside = new QueryObserver(client, linkQuery('d1')).subscribe(() => undefined);
      beside();
      close();
      await new Promise((done) => setTimeout(done, 5));
    };
    await look();
    expect(post).toHaveBeenCalledTimes(1);
    await look();
    expect(post).toHaveBeenCalledTimes(2);
    post.mockRestore();
  });
});
