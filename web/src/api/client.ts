import { ApiError, errorFromResponse } from './errors';

type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[];
export type Query = Record<string, QueryValue>;
type CallOptions = { query?: Query; signal?: AbortSignal; auth?: boolean; headers?: Record<string, string> };
type Tokens = { access_token: string };

/** Arrays become comma lists, empty values are left out, keys are sorted so that equal queries are equal URLs. */
export function queryString(query: Query | undefined): string {
  const out = new URLSearchParams();
  for (const key of Object.keys(query ?? {}).sort()) {
    const value = query?.[key];
    if (value == null || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    out.set(key, Array.isArray(value) ? value.join(',') : String(value));
  }
  const text = out.toString();
  return text ? `?${text}` : '';
}

type SessionEvent = 'expired' | 'password_change_required';

/** One HTTP client per realm. The access token lives here, in memory, and nowhere else. */
export class ApiClient {
  readonly base: string;
  #token: string | null = null;
  #refreshing: Promise<boolean> | null = null;
  #listeners = new Set<(e: SessionEvent) => void>();

  constructor(base: string) {
    this.base = base;
  }

  setToken(token: string | null): void {
    this.#token = token;
  }
  get token(): string | null {
    return this.#token;
  }
  onSession(listener: (e: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  #emit(e: SessionEvent): void {
    for (const listener of this.#listeners) listener(e);
  }

  get<T>(path: string, options?: CallOptions): Promise<T> {
    return this.#json<T>('GET', path, undefined, options);
  }
  post<T = void>(path: string, body: unknown = {}, options?: CallOptions): Promise<T> {
    return this.#json<T>('POST', path, body, options);
  }
  patch<T>(path: string, body: unknown, options?: CallOptions): Promise<T> {
    return this.#json<T>('PATCH', path, body, options);
  }
  put<T>(path: string, body: unknown, options?: CallOptions): Promise<T> {
    return this.#json<T>('PUT', path, body, options);
  }
  delete<T = void>(path: string, options?: CallOptions): Promise<T> {
    return this.#json<T>('DELETE', path, undefined, options);
  }

  async #json<T>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<T> {
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const res = await this.raw(path + queryString(options.query), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.signal,
      auth: options.auth,
    });
    const text = await res.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** The bare call: token, one refresh on 401, errors as ApiError. Used directly for streams. */
  async raw(path: string, init: RequestInit & { auth?: boolean } = {}): Promise<Response> {
    const { auth = true, ...rest } = init;
    const used = this.#token;
    let res = await this.#send(path, rest, auth);
    if (res.status === 401 && auth) {
      // another call may have renewed the token meanwhile: then only repeat
      const renewed = this.#token !== used && this.#token !== null ? true : await this.refresh();
      if (renewed) res = await this.#send(path, rest, auth);
      if (res.status === 401) {
        this.#token = null;
        this.#emit('expired');
      }
    }
    if (res.ok) return res;
    const error = await errorFromResponse(res);
    if (error.code === 'password_change_required') this.#emit('password_change_required');
    throw error;
  }

  async #send(path: string, init: RequestInit, auth: boolean): Promise<Response> {
    const headers = new Headers(init.headers);
    if (auth && this.#token) headers.set('authorization', `Bearer ${this.#token}`);
    try {
      return await fetch(this.base + path, { credentials: 'same-origin', ...init, headers });
    } catch (e) {
      if (e instanceof DOMException && e.name === 'AbortError') throw e;
      throw new ApiError(0, { code: 'network', message: 'network' });
    }
  }

  /** Single flight within the tab, serialised between tabs: a rotated refresh token must never be used twice. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#locked().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  #locked(): Promise<boolean> {
    const locks = (navigator as { locks?: LockManager }).locks;
    return locks ? locks.request(`refresh:${this.base}`, () => this.#renew()) : this.#renew();
  }

  async #renew(): Promise<boolean> {
    const key = newKey();
    for (let attempt = 0; ; attempt += 1) {
      try {
        const res = await this.#send(
          '/auth/refresh',
          {
            method: 'POST',
            body: '{}',
            headers: { 'content-type': 'application/json', 'idempotency-key': key },
          },
          false,
        );
        if (!res.ok) {
          if (res.status === 401 || res.status === 403 || res.status === 422) return false;
          throw await errorFromResponse(res);
        }
        this.#token = ((await res.json()) as Tokens).access_token;
        return true;
      } catch (e) {
        if (attempt >= 1) throw e;
        await new Promise((r) => setTimeout(r, 400));
      }
    }
  }
}

/** randomUUID exists only in secure contexts; a plain-HTTP installation must work too. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
}

export const tenantApi = new ApiClient('/api');
export const platformApi = new ApiClient('/api/platform');
