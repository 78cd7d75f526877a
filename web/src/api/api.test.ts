import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient, queryString } from './client';
import { ApiError, errorFromResponse, formErrors, hasCode } from './errors';
import { backoff, type StreamEvent, sseParser } from './live';

type Get = { get: { parameters: { query?: never }; responses: { 200: { content: { json: unknown } } } } };
type Paths = Record<'/api/a' | '/api/b' | '/api/c' | '/api/me' | '/api/x', Get> & {
  '/api/a/{id}': { get: { parameters: { path: { id: string } }; responses: { 204: unknown } } };
};

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

describe('errors', () => {
  it('reads the problem document', async () => {
    const e = await errorFromResponse(
      json(422, {
        code: 'validation_failed',
        message: 'Some fields are not right',
        request_id: 'req_1',
        data: { fields: { email: ['is taken'], phone: 'is wrong' } },
      }),
    );
    expect(e).toMatchObject({ status: 422, code: 'validation_failed', requestId: 'req_1' });
    expect(formErrors(e)).toEqual({ email: 'is taken', phone: 'is wrong' });
    expect(hasCode(e, 'validation_failed')).toBe(true);
  });
  it('takes the waiting time from the body or the header', async () => {
    const a = await errorFromResponse(json(423, { code: 'account_locked', data: { retry_after: 30 } }));
    const b = await errorFromResponse(json(429, { code: 'rate_limited' }, { 'retry-after': '12' }));
    expect([a.retryAfter, b.retryAfter]).toEqual([30, 12]);
  });
  it('survives an answer that is not JSON', async () => {
    const e = await errorFromResponse(new Response('<html>', { status: 502 }));
    expect(e.code).toBe('http_502');
    expect(e.transient).toBe(true);
    expect(new ApiError(409, { code: 'email_exists' }).transient).toBe(false);
  });
});

describe('queryString', () => {
  it('joins lists, drops empties, sorts keys', () => {
    expect(queryString({ b: ['x', 'y'], a: 1, c: '', d: null, e: [] })).toBe('?a=1&b=x%2Cy');
    expect(queryString(undefined)).toBe('');
  });
});

describe('ApiClient', () => {
  const fetchMock = vi.fn<typeof fetch>();
  beforeEach(() => vi.stubGlobal('fetch', fetchMock));
  afterEach(() => {
    fetchMock.mockReset();
    vi.unstubAllGlobals();
  });

  it('renews the token once for many calls and repeats them', async () => {
    const api = new ApiClient<Paths, '/api'>('/api');
    api.setToken('old');
    let renewals = 0;
    fetchMock.mockImplementation(async (url, init) => {
      if (String(url).endsWith('/auth/refresh')) {
        renewals += 1;
        return json(200, { access_token: 'new' });
      }
      const auth = new Headers(init?.headers).get('authorization');
      return auth === 'Bearer new' ? json(200, { ok: true }) : json(401, { code: 'unauthorized' });
    });
    const answers = await Promise.all([api.get('/a'), api.get('/b'), api.get('/c')]);
    expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    expect(renewals).toBe(1);
  });
  it('fills the parameters into the path', async () => {
    fetchMock.mockImplementation(async () => new Response(null, { status: 204 }));
    const api = new ApiClient<Paths, '/api'>('/api');
    await expect(api.get('/a/{id}', { path: { id: 'a/b' } })).resolves.toBeUndefined();
    expect(fetchMock.mock.calls[0]?.[0]).toBe('/api/a/a%2Fb');
  });
  it('says when the session has ended', async () => {
    const api = new ApiClient<Paths, '/api'>('/api');
    const heard: string[] = [];
    api.onSession((e) => heard.push(e));
    fetchMock.mockImplementation(async () => json(401, { code: 'session_ended' }));
    await expect(api.get('/me')).rejects.toMatchObject({ status: 401 });
    expect(heard).toEqual(['expired']);
    expect(api.token).toBeNull();
  });
  it('turns a lost connection into an error of its own', async () => {
    fetchMock.mockRejectedValue(new TypeError('failed'));
    await expect(new ApiClient<Paths, '/api'>('/api').get('/x')).rejects.toMatchObject({
      status: 0,
      code: 'network',
    });
  });
});

describe('event stream', () => {
  it('parses events however the text is cut', () => {
    const text =
      'id: 7\nevent: lead.created\ndata: {"a":1}\n\n: ping\n\nid: 8\r\ndata: one\r\ndata: two\r\n\r\n';
    for (const size of [1, 3, 1000]) {
      const events: StreamEvent[] = [];
      const feed = sseParser((e) => events.push(e));
      for (let i = 0; i < text.length; i += size) feed(text.slice(i, i + size));
      expect(events).toEqual([
        { id: '7', event: 'lead.created', data: '{"a":1}' },
        { id: '8', event: 'message', data: 'one\ntwo' },
      ]);
    }
  });
  it('waits longer each time, up to a limit', () => {
    expect(backoff(1, 0.5)).toBe(2000);
    expect(backoff(20, 0.5)).toBe(30_000);
  });
});
